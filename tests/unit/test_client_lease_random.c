// SPDX-License-Identifier: BSD-2-Clause
/*
 * Leases made at random, printed, and read back: all that is in them is the
 * same. SEED=n does one run alone.
 */
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
#include "rng.h"

enum { RUNS = 400, NAMES = 6 };

static struct client_lease4 lease4;
static struct client_lease6 lease6;

static void fill(struct rng *rng, void *out, size_t len)
{
	uint8_t *octets = out;
	uint32_t range = rng_below(rng, 3) ? 256 : 3;
	size_t i;

	for (i = 0; i < len; i++)
		octets[i] = (uint8_t)(rng_below(rng, range) + 97);
}

static void make_text(struct rng *rng, char *out, size_t size)
{
	size_t len = rng_below(rng, 3) ? rng_below(rng, (uint32_t)size) : 0;
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = (char)(rng_below(rng, 255) + 1);
	out[len] = '\0';
}

static struct wall_time make_time(struct rng *rng)
{
	static const int64_t ends[] = { 0, 253402300799, CLIENT_TIME_NEVER };
	uint32_t kind = rng_below(rng, 10);

	if (kind < 3)
		return (struct wall_time){ .s = ends[kind] };
	return (struct wall_time){ .s = (int64_t)(rng_next(rng) %
						  253402300800ULL) };
}

/* Lengths that fit a type are more frequent than chance has them. */
static void make_options(struct rng *rng, struct client_options *options,
			 enum conf_universe universe)
{
	static const uint16_t lengths[] = { 0, 1, 2, 4, 8, 16, 17, 32, 33 };
	uint32_t count = rng_below(rng, 40), codes;
	uint8_t octets[1100];
	size_t len;

	codes = universe == CONF_OPTIONS_DHCP4 ? 254 : 150;
	client_options_clear(options);
	while (count-- > 0) {
		len = rng_below(rng, 8) ? lengths[rng_below(rng, 9)]
					: rng_below(rng, sizeof(octets) + 1);
		fill(rng, octets, len);
		client_options_set(options, universe,
				   (uint16_t)(rng_below(rng, codes) + 1),
				   octets, len);
	}
}

static void make_lease4(struct rng *rng, const char *name)
{
	memset(&lease4, 0, sizeof(lease4));
	snprintf(lease4.interface, sizeof(lease4.interface), "%s", name);
	lease4.addr.s_addr = htonl(rng_below(rng, 0xdf000000) + 0x01000000);
	if (rng_below(rng, 2))
		lease4.next_server = lease4.addr;
	if (rng_below(rng, 2))
		fill(rng, &lease4.server6, sizeof(lease4.server6));
	lease4.renew = make_time(rng);
	lease4.rebind = make_time(rng);
	lease4.expire = make_time(rng);
	make_text(rng, lease4.server_name, sizeof(lease4.server_name));
	make_text(rng, lease4.filename, sizeof(lease4.filename));
	make_options(rng, &lease4.options, CONF_OPTIONS_DHCP4);
}

static void make_item(struct rng *rng, bool is_prefix, struct client_item *item)
{
	*item = (struct client_item){ .prefix_len = 128 };
	if (is_prefix) {
		item->prefix_len = (uint8_t)(8 * (rng_below(rng, 16) + 1));
		fill(rng, &item->addr, item->prefix_len / 8U);
	} else {
		fill(rng, &item->addr, sizeof(item->addr));
	}
	item->addr.s6_addr[0] = 0x20;
	item->starts.s = rng_below(rng, UINT32_MAX);
	item->valid_s = (uint32_t)rng_next(rng);
	item->preferred_s = item->valid_s >> rng_below(rng, 8);
}

static void make_lease6(struct rng *rng, const char *name)
{
	struct client_ia *ia;
	size_t i;

	memset(&lease6, 0, sizeof(lease6));
	snprintf(lease6.interface, sizeof(lease6.interface), "%s", name);
	lease6.released = rng_below(rng, 4) == 0;
	lease6.ia_count = rng_below(rng, CLIENT_IA_MAX + 1);
	for (ia = lease6.ia; ia < lease6.ia + lease6.ia_count; ia++) {
		ia->code =
			rng_below(rng, 2) ? DHCP6_OPT_IA_PD : DHCP6_OPT_IA_NA;
		fill(rng, &ia->iaid, sizeof(ia->iaid));
		ia->starts.s = rng_below(rng, UINT32_MAX);
		ia->t1_s = (uint32_t)rng_next(rng);
		ia->t2_s = (uint32_t)rng_next(rng);
		ia->item_count = rng_below(rng, CLIENT_IA_ITEMS_MAX + 1);
		for (i = 0; i < ia->item_count; i++)
			make_item(rng, ia->code == DHCP6_OPT_IA_PD,
				  &ia->item[i]);
	}
	make_options(rng, &lease6.options, CONF_OPTIONS_DHCP6);
}

static void run(uint64_t seed)
{
	struct rng rng = { .state = seed * 0x9e3779b97f4a7c15ULL + 1 };
	const char *names[NAMES] = { "eth0", "wlan-\"x\"", "\\",
				     "a b",  "lease",      "\xc3\xa4\n{;" };
	struct strbuf text = STRBUF_INIT;
	struct client_leases *leases;
	uint8_t duid[CLIENT_DUID_MAX];
	const char *what;
	size_t i;

	assert_int_equal(client_leases_new(&leases), 0);
	fill(&rng, duid, sizeof(duid));
	client_leases_set_duid(leases, duid, rng_below(&rng, sizeof(duid)) + 1);
	for (i = 0; i < NAMES; i++) {
		make_lease4(&rng, names[i]);
		make_lease6(&rng, names[i]);
		if (rng_below(&rng, 3))
			assert_int_equal(client_leases_put4(leases, &lease4),
					 0);
		if (rng_below(&rng, 3))
			assert_int_equal(client_leases_put6(leases, &lease6),
					 0);
	}
	what = client_leases_differ(leases, names, NAMES, &text);
	if (what)
		fail_msg("SEED=%llu: %s\n%s", (unsigned long long)seed, what,
			 strbuf_text(&text));
	strbuf_fini(&text);
	client_leases_free(leases);
}

static void what_is_printed_is_read_back_the_same(void **state)
{
	const char *one = getenv("SEED");
	uint64_t seed;

	(void)state;
	if (one) {
		run(strtoull(one, NULL, 0));
		return;
	}
	for (seed = 1; seed <= RUNS; seed++)
		run(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read_back_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
