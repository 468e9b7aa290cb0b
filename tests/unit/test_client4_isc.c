/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the DHCPv4 client writes, octet by octet against what ISC's dhclient
 * sent. Each difference stands in a table, with the rule ISC breaks.
 */
#include "client4_fixture.h"

#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vectors.h"

static enum client4_query_kind kind_of(const struct bench_query *isc)
{
	if (isc->dhcp4.type == DHCP4_DISCOVER)
		return CLIENT4_DISCOVER;
	if (isc->dhcp4.type == DHCP4_RELEASE)
		return CLIENT4_RELEASE;
	if (!isc->dhcp4.ciaddr.s_addr)
		return CLIENT4_SELECTING;
	/* c1 and c2 renew with ISC's servers, which do not say who they are. */
	return CLIENT4_RENEWING;
}

/* Where ours is another message, and by what ISC's is wrong. */
static const struct {
	uint8_t code;
	const char *why;
	bool in_release;
} differences[] = {
	{ 61, "RFC 7341 section 9: option 61 of RFC 4361 in each message",
	  true },
	{ 57, "RFC 2131 section 3.5: the size of messages SHOULD be said",
	  false },
};

static bool is_difference(const struct bench_query *isc, unsigned int code)
{
	for (size_t i = 0; i < sizeof(differences) / sizeof(*differences);
	     i++) {
		if (differences[i].code == code)
			return isc->dhcp4.type != DHCP4_RELEASE ||
			       differences[i].in_release;
	}
	return false;
}

static void compare_options(const struct bench_query *isc)
{
	for (unsigned int code = 1; code < 255; code++) {
		struct dhcp4_option theirs =
			dhcp4_option(&isc->dhcp4, (uint8_t)code);

		if (is_difference(isc, code)) {
			assert_null(theirs.data);
			assert_true(has(code));
		} else if (theirs.data) {
			assert_option(code, theirs.data, theirs.len);
		} else {
			assert_false(has(code));
		}
	}
}

static const struct client_conf_code isc_request[] = {
	{ CONF_OPTIONS_DHCP4, 1 },  { CONF_OPTIONS_DHCP4, 28 },
	{ CONF_OPTIONS_DHCP4, 2 },  { CONF_OPTIONS_DHCP4, 3 },
	{ CONF_OPTIONS_DHCP4, 15 }, { CONF_OPTIONS_DHCP4, 6 },
	{ CONF_OPTIONS_DHCP4, 12 },
};

static void compare(const uint8_t *data, size_t len)
{
	static struct bench_query isc;
	struct client_conf_scope scope = { .has_request = true,
					   .request = isc_request,
					   .request_count = 7 };
	struct client4_query query;
	struct client4_link link = { ARPHRD_ETHER, isc.dhcp4.chaddr, 6 };
	const size_t header = DHCP4O6_HEADER_LEN + DHCP6_OPTION_HEADER_LEN;

	assert_int_equal(bench_query_decode(&isc, data, len), DROP_NONE);
	client4_become(&link);
	query = (struct client4_query){
		.kind = kind_of(&isc),
		.xid = isc.dhcp4.xid,
		.addr = isc.dhcp4.ciaddr,
		.server_id = dhcp4_get_addr(&isc.dhcp4, 54),
	};
	if (!query.addr.s_addr)
		query.addr = dhcp4_get_addr(&isc.dhcp4, 50);
	if (query.kind == CLIENT4_RENEWING && isc.msg.unicast)
		query.server_id.s_addr = htonl(0x0a0a0a01);
	encode(&scope, &query);
	/* Everything up to the options, U flag and both lengths included. */
	assert_int_equal(octets_len, len);
	assert_memory_equal(octets, data, header + DHCP4_FIXED_LEN + 4);
	compare_options(&isc);
}

static void differs_from_isc_where_isc_is_wrong(void **state)
{
	char path[512], line[256];
	unsigned int count = 0;
	FILE *f;

	(void)state;
	assert_int_equal(vectors_path("captures/index.tsv", path, sizeof(path)),
			 0);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *rest = line, *name = strsep(&rest, "\t"), file[128];
		uint8_t *data;
		size_t len;

		if (strcmp(strsep(&rest, "\t"), "dhclient"))
			continue;
		snprintf(file, sizeof(file), "captures/%s.hex", name);
		assert_int_equal(vectors_path(file, path, sizeof(path)), 0);
		assert_int_equal(vectors_read_hex(path, &data, &len), 0);
		compare(data, len);
		free(data);
		count++;
	}
	fclose(f);
	assert_int_equal(count, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(differs_from_isc_where_isc_is_wrong),
	};

	return cmocka_run_group_tests(tests, client4_setup, NULL);
}
