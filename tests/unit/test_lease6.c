/* SPDX-License-Identifier: BSD-2-Clause */
/* Records of DHCPv6: leases, delegated prefixes, and the server's DUID. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "dhcp4o6/lease/memory_store.h"
#include "journal_fixture.h"
#include "record_fixture.h"
#include "simdisk.h"

#define LEASE6_MIN 87 /* with a DUID of one octet */

static struct in6_addr address(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

static uint8_t ports[LEASE_RELAY_PORTS_MAX] = { 0x15, 0x5e };

static struct lease full_lease(void)
{
	struct lease l = record_longest();

	l.kind = LEASE_PD6;
	l.prefix_len = 56;
	l.addr6 = address("2001:db8:1234:5600::");
	l.iaid = 0xfedcba98;
	l.preferred_s = UINT32_MAX;
	memcpy(l.ifname, "fifteen-octets!", sizeof(l.ifname));
	l.flags |= LEASE_FLAG_RECONFIGURE;
	l.relay_ports = ports;
	l.relay_ports_len = sizeof(ports);
	return l;
}

static struct lease small_lease(enum lease_kind kind, const char *addr,
				uint8_t prefix_len, uint32_t version)
{
	return (struct lease){
		.kind = (uint8_t)kind,
		.addr6 = address(addr),
		.prefix_len = prefix_len,
		.state = LEASE_ACTIVE,
		.epoch = 1,
		.version = version,
		.client_id = (const uint8_t *)"\0",
		.client_id_len = 1,
	};
}

static struct lease server_duid(void)
{
	static const uint8_t octets[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 1 };

	return (struct lease){
		.kind = LEASE_DUID6,
		.epoch = 1,
		.version = 2,
		.updated.s = 1700000000,
		.client_id = octets,
		.client_id_len = sizeof(octets),
	};
}

static struct lease server_duid_with_mark(void)
{
	struct lease lease = server_duid();

	lease.replay_mark = 0x6553f10100000007;
	return lease;
}

static void every_kind_survives_the_round_trip(void **state)
{
	const struct {
		struct lease in;
		size_t len;
	} cases[] = {
		{ full_lease(), LEASE_RECORD_MAX },
		{ small_lease(LEASE_NA6, "2001:db8::5", 128, 1), LEASE6_MIN },
		{ small_lease(LEASE_PD6, "2001:db8::5", 128, 1), LEASE6_MIN },
		{ small_lease(LEASE_PD6, "8000::", 1, 1), LEASE6_MIN },
		{ server_duid(), LEASE_RECORD_MIN + 9 },
		{ server_duid_with_mark(), LEASE_RECORD_MIN + 9 + 8 },
	};
	uint8_t record[LEASE_RECORD_MAX];
	struct lease out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(record_encode(&cases[i].in, record),
				 cases[i].len);
		assert_int_equal(record_decode(record, cases[i].len, &out), 0);
		assert_same_lease(&cases[i].in, &out);
	}
}

/* Known octets: the format is a promise to files that exist. */
static void octets_are_those_of_the_document(void **state)
{
	static const uint8_t want[] = {
		0x00, 0x5d, 0x02, 0x01, 0x02, 0x01, 0x80, 0x00, 0x00, 0x00,
		0x07, 0x00, 0x00, 0x0e, 0x10, 0x20, 0x01, 0x0d, 0xb8, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x05, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x09, 0x00,
		0x00, 0x00, 0x00, 0x65, 0x53, 0xf1, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x65, 0x53, 0xff, 0x10, 0x00, 0x00, 0x00, 0x00, 0x65,
		0x53, 0xf1, 0x00, 0xfe, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00,
		0x00, 0x03, 0x00, 0x04, 0xaa, 0x01, 'h',  0x00, 0x01, 0xbb,
		0x04, 'e',  't',  'h',  '0',
	};
	static const uint8_t want_duid[] = {
		0x00, 0x1c, 0x03, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
		0x02, 0x00, 0x00, 0x00, 0x00, 0x65, 0x53, 0xf1, 0x00, 0x0a,
		0x00, 0x03, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01,
	};
	static const uint8_t id[] = { 0x00, 0x04, 0xaa };
	static const uint8_t path[] = { 0xbb };
	struct lease l = small_lease(LEASE_NA6, "2001:db8::5", 128, 9);
	struct lease server = server_duid();
	uint8_t record[LEASE_RECORD_MAX];

	(void)state;
	l.flags = LEASE_FLAG_RECONFIGURE;
	l.iaid = 7;
	l.preferred_s = 3600;
	memcpy(l.ifname, "eth0", sizeof("eth0"));
	l.starts.s = l.updated.s = 0x6553f100;
	l.expires.s = 0x6553ff10;
	l.source = address("fe80::1");
	l.client_id = id;
	l.client_id_len = sizeof(id);
	l.host_name = (const uint8_t *)"h";
	l.host_name_len = 1;
	l.relay_path = path;
	l.relay_path_len = sizeof(path);
	assert_int_equal(record_encode(&l, record), sizeof(want));
	assert_memory_equal(record, want, sizeof(want));
	assert_int_equal(record_encode(&server, record), sizeof(want_duid));
	assert_memory_equal(record, want_duid, sizeof(want_duid));
}

/* A record with a last part: that of an older version, and the part. */
static void check_octets(const struct lease *without, const struct lease *with,
			 const uint8_t *part, size_t part_len)
{
	uint8_t older[LEASE_RECORD_MAX], record[LEASE_RECORD_MAX];
	size_t len = record_encode(without, older);

	assert_int_equal(record_encode(with, record), len + part_len);
	assert_int_equal(record[0] << 8 | record[1], len + part_len - 2);
	assert_memory_equal(record + 2, older + 2, len - 2);
	assert_memory_equal(record + len, part, part_len);
}

static void octets_are_appended_to_those_of_older_versions(void **state)
{
	static const uint8_t some[] = { 5, 0x15, 0x5e, 0, 0x15, 0x5f };
	static const uint8_t mark[] = { 0x65, 0x53, 0xf1, 1, 0, 0, 0, 7 };
	struct lease server = server_duid(), marked = server_duid_with_mark();
	struct lease plain = small_lease(LEASE_NA6, "2001:db8::5", 128, 9);
	struct lease l = plain;

	(void)state;
	l.relay_ports = some + 1;
	l.relay_ports_len = 5;
	check_octets(&plain, &l, some, sizeof(some));
	check_octets(&server, &marked, mark, sizeof(mark));
}

static void decoder_rejects_every_truncation(void **state)
{
	struct lease lease = full_lease(), server = server_duid();

	(void)state;
	lease.relay_ports_len = 0;
	record_rejects_truncations(&lease);
	record_rejects_truncations(&server);
}

/* Without its last part a record is whole, as an older version wrote it. */
static void check_last_part(const struct lease *in, size_t part_len)
{
	uint8_t record[LEASE_RECORD_MAX];
	size_t len, whole = record_encode(in, record);
	struct lease out;

	for (len = whole - 1; len >= whole - part_len; len--) {
		record[0] = (uint8_t)((len - 2) >> 8);
		record[1] = (uint8_t)(len - 2);
		assert_int_equal(record_decode(record, len, &out),
				 len > whole - part_len ? -EBADMSG : 0);
	}
	assert_true(!out.replay_mark && !out.relay_ports_len);
}

static void what_was_appended_is_there_whole_or_not_at_all(void **state)
{
	struct lease lease = full_lease(), server = server_duid_with_mark();

	(void)state;
	check_last_part(&server, 8);
	check_last_part(&lease, 1 + LEASE_RELAY_PORTS_MAX);
}

static void decoder_steps_over_what_a_later_version_appended(void **state)
{
	struct lease in = full_lease(), server = server_duid_with_mark(), out;
	uint8_t data[3 * LEASE_RECORD_MAX];
	size_t len = record_encode(&in, data);
	struct wire_reader r;

	(void)state;
	memcpy(data + len, "later", 5);
	data[0] = (uint8_t)((len + 3) >> 8);
	data[1] = (uint8_t)(len + 3);
	len += 5;
	len += record_encode(&server, data + len);
	r = wire_reader(data, len);
	assert_int_equal(lease_decode(&r, &out), 0);
	assert_same_lease(&in, &out);
	assert_int_equal(lease_decode(&r, &out), 0);
	assert_same_lease(&server, &out);
	assert_int_equal(wire_left(&r), 0);
}

static void decoder_rejects_values_out_of_range(void **state)
{
	static const struct {
		size_t offset;
		uint8_t value;
	} bad[] = {
		{ 3, LEASE_STATE_COUNT },
		{ 5, LEASE_DHCP4 },
		{ 5, LEASE_DUID6 },
		{ 5, LEASE_KIND_COUNT },
		{ 5, 255 },
		{ 6, 127 }, /* an address that is a prefix */
		{ 6, 129 },
		{ 80, 17 }, /* hardware address */
		{ 81, 0 },  /* no DUID */
		{ 86, 16 }, /* length of the name */
		{ 86, 255 },
	};
	struct lease in = small_lease(LEASE_NA6, "2001:db8::5", 128, 1), out;
	uint8_t record[LEASE_RECORD_MAX + 1] = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		record_encode(&in, record);
		record[bad[i].offset] = bad[i].value;
		assert_int_equal(record_decode(record, LEASE6_MIN, &out),
				 -EBADMSG);
	}
	in = full_lease();
	record_encode(&in, record);
	record[6] = 55; /* the prefix has bits behind that */
	assert_int_equal(record_decode(record, LEASE_RECORD_MAX, &out), 0);
	record[6] = 54;
	assert_int_equal(record_decode(record, LEASE_RECORD_MAX, &out),
			 -EBADMSG);
	record[6] = 56;
	record[LEASE_RECORD_MAX - sizeof(ports) - 4] = '\0'; /* in the name */
	assert_int_equal(record_decode(record, LEASE_RECORD_MAX, &out),
			 -EBADMSG);
	record_encode(&in, record);
	record[LEASE_RECORD_MAX - sizeof(ports) - 1]++; /* more ports */
	record[1]++;
	assert_int_equal(record_decode(record, LEASE_RECORD_MAX + 1, &out),
			 -EBADMSG);
}

static void encoder_refuses_what_no_lease_can_be(void **state)
{
	uint8_t record[LEASE_RECORD_MAX];
	struct wire_writer w = wire_writer(record, LEASE_RECORD_MAX - 1);
	struct lease l = full_lease();

	(void)state;
	assert_int_equal(lease_encode(&l, &w), -EMSGSIZE);
	assert_int_equal(wire_len(&w), 0);
	w = wire_writer(record, sizeof(record));
	l.prefix_len = 0;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	l.addr6.s6_addr[15] = 1;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	l.kind = LEASE_NA6;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	l.client_id_len = 0;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	memset(l.ifname, 'x', sizeof(l.ifname));
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	l.relay_ports_len++;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	l.kind = LEASE_KIND_COUNT;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = server_duid();
	l.client_id_len = 0;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	assert_int_equal(wire_len(&w), 0);
}

/* ---- stores ---- */

static int count_one(void *arg, const struct lease *lease)
{
	(void)lease;
	++*(unsigned int *)arg;
	return 0;
}

static void memory_store_tells_keys_of_all_kinds_apart(void **state)
{
	struct lease leases[] = {
		small_lease(LEASE_NA6, "2001:db8::", 128, 1),
		small_lease(LEASE_PD6, "2001:db8::", 128, 1),
		small_lease(LEASE_PD6, "2001:db8::", 64, 1),
		small_lease(LEASE_PD6, "2001:db8:0:1::", 64, 1),
		server_duid(),
		{ .state = LEASE_ACTIVE, .epoch = 1, .version = 1 },
	};
	const size_t kinds = sizeof(leases) / sizeof(leases[0]);
	unsigned int count = 0;
	struct lease_store *s;
	uint64_t ticket;
	size_t i;

	(void)state;
	assert_int_equal(lease_memory_open(&s), 0);
	assert_int_equal(lease_store_submit(s, leases, kinds, &ticket), 0);
	for (i = 0; i < kinds; i++)
		leases[i].version++;
	assert_int_equal(lease_store_submit(s, leases, kinds, &ticket), 0);
	assert_int_equal(fixture_wait(s), LEASE_RESULT_OK);
	assert_int_equal(fixture_wait(s), LEASE_RESULT_OK);
	assert_int_equal(lease_store_load(s, count_one, &count), 0);
	assert_int_equal(count, kinds);
	lease_store_close(s);
}

/* What a journal of one record says to a server of each family. */
static void check_family(const struct lease *lease, enum journal_family other,
			 const char *says)
{
	struct simdisk *sim = simdisk_new(3);
	struct journal_options options = fixture_options(simdisk_disk(sim));
	char err_text[JOURNAL_ERROR_MAX];
	struct lease_store *s;
	unsigned int count = 0;
	uint64_t ticket;

	options.family = other == JOURNAL_DHCP4 ? JOURNAL_DHCP6 : JOURNAL_DHCP4;
	assert_int_equal(fixture_open(&s, "/leases", &options, NULL), 0);
	assert_int_equal(lease_store_submit(s, lease, 1, &ticket), 0);
	assert_int_equal(fixture_wait(s), LEASE_RESULT_OK);
	lease_store_close(s);
	options.family = other;
	assert_int_equal(fixture_open(&s, "/leases", &options, err_text),
			 -EMEDIUMTYPE);
	assert_non_null(strstr(err_text, says));
	options.family = other == JOURNAL_DHCP4 ? JOURNAL_DHCP6 : JOURNAL_DHCP4;
	assert_int_equal(fixture_open(&s, "/leases", &options, NULL), 0);
	assert_int_equal(lease_store_load(s, count_one, &count), 0);
	assert_int_equal(count, 1);
	lease_store_close(s);
	simdisk_free(sim);
}

static void a_journal_of_the_other_family_is_refused_and_kept(void **state)
{
	struct lease lease4 = fixture_lease(1, 1), server = server_duid();
	struct lease lease6 = full_lease();

	(void)state;
	check_family(&lease6, JOURNAL_DHCP4, "/leases: holds DHCPv6 leases");
	check_family(&server, JOURNAL_DHCP4, "/leases: holds DHCPv6 leases");
	check_family(&lease4, JOURNAL_DHCP6, "/leases: holds DHCPv4 leases");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_survives_the_round_trip),
		cmocka_unit_test(octets_are_those_of_the_document),
		cmocka_unit_test(
			octets_are_appended_to_those_of_older_versions),
		cmocka_unit_test(decoder_rejects_every_truncation),
		cmocka_unit_test(
			what_was_appended_is_there_whole_or_not_at_all),
		cmocka_unit_test(
			decoder_steps_over_what_a_later_version_appended),
		cmocka_unit_test(decoder_rejects_values_out_of_range),
		cmocka_unit_test(encoder_refuses_what_no_lease_can_be),
		cmocka_unit_test(memory_store_tells_keys_of_all_kinds_apart),
		cmocka_unit_test(
			a_journal_of_the_other_family_is_refused_and_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
