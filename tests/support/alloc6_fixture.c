/* SPDX-License-Identifier: BSD-2-Clause */
/* alloc6_fixture - see the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "alloc6_fixture.h"

static const struct siphash_key key = { { 5, 6 } };

struct in6_addr world6_addr(const char *text)
{
	struct in6_addr addr;

	assert_int_equal(inet_pton(AF_INET6, text, &addr), 1);
	return addr;
}

void assert_addr6(const struct in6_addr *addr, const char *text)
{
	char found[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, found, sizeof(found));
	assert_string_equal(found, text);
}

void world6_open(struct world6 *w, int64_t wall_offset)
{
	*w = (struct world6){
		.now = { { WORLD6_START * NS_PER_S },
			 { WORLD6_WALL + wall_offset } },
	};
	assert_int_equal(alloc6_new(&w->alloc, &key, w->now.mono, w->now.wall),
			 0);
}

static void report(void *arg, enum conf_severity severity, const char *text)
{
	(void)arg;
	(void)severity;
	print_message("%s\n", text);
}

void world6_configure(struct world6 *w, const char *text)
{
	struct conf *former = w->conf;

	assert_int_equal(conf_parse(&w->conf, text, strlen(text), "test",
				    CONF_DHCP6, false, report, NULL),
			 0);
	assert_int_equal(alloc6_apply_conf(w->alloc, w->conf), 0);
	conf_free(former);
}

void world6_close(struct world6 *w)
{
	alloc6_free(w->alloc);
	conf_free(w->conf);
}

void world6_pass(struct world6 *w, int64_t seconds)
{
	w->now.mono = mono_add_s(w->now.mono, seconds);
	w->now.wall.s += seconds;
}

size_t world6_expire(struct world6 *w)
{
	return alloc6_expire(w->alloc, w->now.mono, 1000);
}

static void set_duid(struct world6 *w, uint16_t id)
{
	static const uint8_t head[] = { 0, 3, 0, 1, 2, 0 };

	memcpy(w->duid, head, sizeof(head));
	w->duid[6] = (uint8_t)(id >> 8);
	w->duid[7] = (uint8_t)id;
}

void world6_ask(struct world6 *w, uint16_t id, const char *link)
{
	struct in6_addr addr = world6_addr(link);

	set_duid(w, id);
	assert_non_null(alloc6_find_subnet(w->alloc, &addr, &w->net));
	w->client.duid = w->duid;
	w->client.duid_len = sizeof(w->duid);
	alloc6_ask(w->alloc, w->net, &w->client, w->now.mono, &w->asker);
}

struct alloc6_want world6_want(enum lease_kind kind, uint32_t iaid)
{
	return (struct alloc6_want){ .kind = kind, .iaid = iaid };
}

struct alloc6_choice world6_choose(struct world6 *w,
				   const struct alloc6_want *want)
{
	struct alloc6_choice choice;

	assert_int_equal(alloc6_choose(w->alloc, &w->asker, want, &choice),
			 DROP_NONE);
	return choice;
}

enum drop_reason world6_refuses(struct world6 *w,
				const struct alloc6_want *want)
{
	struct alloc6_choice choice;

	return alloc6_choose(w->alloc, &w->asker, want, &choice);
}

void world6_offer(struct world6 *w, const struct alloc6_want *want,
		  const struct alloc6_choice *choice)
{
	assert_int_equal(alloc6_offer(w->alloc, &w->asker, want, choice,
				      mono_add_s(w->now.mono, 60)),
			 0);
}

enum alloc6_claim world6_judge(struct world6 *w, enum lease_kind kind,
			       uint32_t iaid, const char *addr,
			       uint8_t prefix_len)
{
	struct in6_addr a = world6_addr(addr);

	return alloc6_judge(w->alloc, &w->asker, kind, iaid, &a, prefix_len);
}

struct alloc6_txn *world6_begin(struct world6 *w)
{
	struct alloc6_txn *txn;

	assert_int_equal(alloc6_txn_begin(w->alloc, &txn), 0);
	return txn;
}

struct alloc6_binding world6_binding(const struct world6 *w,
				     enum lease_kind kind, uint32_t iaid,
				     const struct in6_addr *addr,
				     uint8_t prefix_len)
{
	return (struct alloc6_binding){
		.kind = kind,
		.iaid = iaid,
		.addr = *addr,
		.prefix_len = prefix_len,
		.preferred_s = 300,
		.valid_s = 600,
		.now = w->now,
		.ifname = "eth0",
	};
}

void world6_bind(struct world6 *w, enum lease_kind kind, uint32_t iaid,
		 const char *addr, uint8_t prefix_len, uint32_t valid_s)
{
	struct in6_addr a = world6_addr(addr);
	struct alloc6_binding binding =
		world6_binding(w, kind, iaid, &a, prefix_len);
	struct alloc6_txn *txn = world6_begin(w);

	binding.valid_s = valid_s;
	assert_int_equal(alloc6_bind(txn, &w->asker, &binding), 0);
	alloc6_txn_commit(txn);
}

struct alloc6_choice world6_acquire(struct world6 *w,
				    const struct alloc6_want *want,
				    uint32_t valid_s)
{
	struct alloc6_choice choice = world6_choose(w, want);
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, &choice.addr, text, sizeof(text));
	world6_bind(w, want->kind, want->iaid, text, choice.prefix_len,
		    valid_s);
	return choice;
}

struct lease world6_record(struct world6 *w, uint16_t id, enum lease_kind kind,
			   const char *addr, uint8_t prefix_len,
			   int64_t ends_in_s)
{
	set_duid(w, id);
	return (struct lease){
		.kind = (uint8_t)kind,
		.addr6 = world6_addr(addr),
		.prefix_len = prefix_len,
		.iaid = 1,
		.preferred_s = 300,
		.ifname = "eth0",
		.state = LEASE_ACTIVE,
		.epoch = 1,
		.version = 1,
		.starts = { WORLD6_WALL - 100 },
		.updated = { WORLD6_WALL - 50 },
		.expires = { WORLD6_WALL + ends_in_s },
		.client_id = w->duid,
		.client_id_len = sizeof(w->duid),
	};
}

void world6_load(struct world6 *w, const struct lease *lease)
{
	assert_int_equal(alloc6_load(w->alloc, lease), 0);
}

enum lease_state world6_state(const struct world6 *w, enum lease_kind kind,
			      const char *addr, uint8_t prefix_len)
{
	struct in6_addr a = world6_addr(addr);
	struct lease lease;

	if (alloc6_get_lease(w->alloc, kind, &a, prefix_len, &lease))
		return LEASE_STATE_COUNT;
	return lease.state;
}

struct alloc6_stats world6_stats(const struct world6 *w)
{
	struct alloc6_stats stats;

	alloc6_get_stats(w->alloc, &stats);
	return stats;
}

struct alloc6_network_stats world6_network_stats(const struct world6 *w,
						 size_t network)
{
	struct alloc6_network_stats stats;

	assert_int_equal(alloc6_get_network_stats(w->alloc, network, &stats),
			 0);
	return stats;
}
