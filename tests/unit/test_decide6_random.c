/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of all kinds, whole and damaged: an answer is always in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <string.h>

#include "decide6_fixture.h"
#include "rng.h"

#define CONF                                                       \
	"default-lease-time 100; option dhcp6.rapid-commit;\n"     \
	"option dhcp6.name-servers 2001:db8::53;\n"                \
	"option dhcp6.dhcp4-o-dhcp6-server = \"\";\n"              \
	"dhcp4o6 { reconfigure on; decline-hold 50; }\n"           \
	"if exists dhcp6.user-class { default-lease-time 200; }\n" \
	"subnet6 2001:db8:1::/64 { limit-addrs-per-ia 3;\n"        \
	"  range6 2001:db8:1::10 2001:db8:1::2f;\n"                \
	"  prefix6 2001:db8:a00:: 2001:db8:a0f:: /48; }\n"         \
	"subnet6 2001:db8:2::/64 { range6 2001:db8:2::10 2001:db8:2::1f; }\n"

static const uint8_t types[] = {
	DHCP6_SOLICIT, DHCP6_REQUEST, DHCP6_CONFIRM,
	DHCP6_RENEW,   DHCP6_REBIND,  DHCP6_RELEASE,
	DHCP6_DECLINE, DHCP6_SOLICIT, DHCP6_INFORMATION_REQUEST,
};

/* The addresses of one message, as text. */
struct names {
	char text[24][INET6_ADDRSTRLEN + 4];
	unsigned int used;
};

static void fill_ia(struct rng *rng, struct names *names, struct sent6_ia *ia)
{
	unsigned int i, count = rng_below(rng, 5);

	ia->code = rng_below(rng, 3) ? DHCP6_OPT_IA_NA : DHCP6_OPT_IA_PD;
	ia->iaid = rng_below(rng, 3);
	for (i = 0; i < count && i < 4; i++) {
		char *text = names->text[names->used++];

		if (ia->code == DHCP6_OPT_IA_NA)
			sprintf(text, "2001:db8:%x::%x", 1 + rng_below(rng, 3),
				0x10 + rng_below(rng, 0x24));
		else
			sprintf(text, "2001:db8:a%02x::/48",
				rng_below(rng, 0x12));
		ia->item[i].addr = text;
		ia->item[i].valid_s = rng_below(rng, 300);
	}
}

static void fill(struct rng *rng, struct names *names, struct sent6 *s)
{
	unsigned int i, count;

	names->used = 0;
	*s = (struct sent6){
		.type = types[rng_below(rng, sizeof(types))],
		.client = (uint8_t)(1 + rng_below(rng, 12)),
		.oro = { 23, 88 },
		.rapid_commit = rng_below(rng, 2),
		.reconfigure_accept = rng_below(rng, 2),
	};
	if (s->type != DHCP6_SOLICIT && s->type != DHCP6_CONFIRM &&
	    s->type != DHCP6_REBIND)
		s->server = THIS_SERVER;
	if (s->type == DHCP6_INFORMATION_REQUEST)
		return;
	count = 1 + rng_below(rng, 6);
	for (i = 0; i < count; i++)
		fill_ia(rng, names, &s->ia[i]);
	if (rng_below(rng, 3) == 0)
		s->relay[0].link =
			rng_below(rng, 4) ? "2001:db8:2::1" : "2001:db8:9::1";
	if (rng_below(rng, 8) == 0) {
		s->extra_code = DHCP6_OPT_USER_CLASS;
		s->extra = "phone";
	}
}

static bool is_asked(const struct sent6 *s, const struct got6_ia *ia)
{
	unsigned int i;

	for (i = 0; i < 6 && s->ia[i].code; i++)
		if (s->ia[i].code == ia->code && s->ia[i].iaid == ia->iaid)
			return true;
	return false;
}

/* Alive in one IA of the answer, it is in no other IA. */
static void check_unique(const struct got6 *got, unsigned int at,
			 const struct decide6_item *item)
{
	unsigned int i, j;

	for (i = 0; i < at; i++) {
		if (got->ia[i].code != got->ia[at].code ||
		    got->ia[i].iaid == got->ia[at].iaid)
			continue;
		for (j = 0; j < got->ia[i].item_count; j++)
			if (got->ia[i].item[j].valid_s)
				assert_memory_not_equal(
					&got->ia[i].item[j].addr, &item->addr,
					sizeof(item->addr));
	}
}

static void check(struct decider6 *f, const struct sent6 *s,
		  const struct got6 *got)
{
	unsigned int i, j;

	if (!got->type)
		return;
	for (i = 0; i < got->ia_count; i++) {
		const struct got6_ia *ia = &got->ia[i];

		assert_true(is_asked(s, ia));
		assert_int_equal(ia->t1_s, got->ia[0].t1_s);
		assert_int_equal(ia->t2_s, got->ia[0].t2_s);
		assert_true(ia->item_count > 0 || ia->status > 0);
		for (j = 0; j < ia->item_count; j++) {
			if (!ia->item[j].valid_s)
				continue;
			check_unique(got, i, &ia->item[j]);
			if (got->type == DHCP6_REPLY)
				assert_int_equal(decider6_state(f, ia->text[j]),
						 LEASE_ACTIVE);
		}
	}
}

static void whole_messages_get_answers_in_order(void **state)
{
	static struct got6 got;
	struct names names;
	struct decider6 f;
	struct sent6 s;
	struct rng rng = { 6 };
	int round;

	(void)state;
	decider6_open(&f, CONF);
	for (round = 0; round < 6000; round++) {
		fill(&rng, &names, &s);
		decider6_send(&f, &s, &got);
		check(&f, &s, &got);
		if (rng_below(&rng, 10) == 0)
			decider6_pass(&f, rng_below(&rng, 60));
		if (rng_below(&rng, 500) == 0)
			decider6_restart(&f, CONF);
	}
	decider6_close(&f);
}

static void damaged_messages_leave_the_server_whole(void **state)
{
	static uint8_t packet[FIXTURE6_PACKET];
	static struct got6 got;
	struct names names;
	unsigned int hits;
	struct decider6 f;
	struct sent6 s;
	struct rng rng = { 7 };
	size_t len;
	int round;

	(void)state;
	decider6_open(&f, CONF);
	for (round = 0; round < 20000; round++) {
		fill(&rng, &names, &s);
		len = sent6_write(&s, packet);
		for (hits = rng_below(&rng, 4); hits > 0; hits--)
			packet[rng_below(&rng, (uint32_t)len)] =
				(uint8_t)rng_below(&rng, 256);
		if (rng_below(&rng, 8) == 0)
			len -= rng_below(&rng, (uint32_t)len);
		decider6_send_packet(&f, packet, len, "s0", &got);
	}
	decider6_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_messages_get_answers_in_order),
		cmocka_unit_test(damaged_messages_leave_the_server_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
