/* SPDX-License-Identifier: BSD-2-Clause */
/* Several OFFERs, and what the REQUEST has of the DISCOVER. */
#include "machine4_fixture.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const struct client_conf_times selecting = {
	.timeout_s = 60,
	.retry_s = 300,
	.reboot_s = 10,
	.initial_interval_s = 4,
	.backoff_cutoff_s = 64,
	.select_timeout_s = 5,
};

static enum drop_reason offer(uint32_t server, uint32_t addr)
{
	struct answer answer = answer_of(DHCP4_OFFER);

	answer.server = server;
	answer.addr = addr;
	return life_answer(&answer);
}

static void rfc2131_4_4_1_one_of_several_offers_is_named(void **state)
{
	struct mono_time begun;

	(void)state;
	life_begin(&(struct life_setup){ .times = &selecting });
	life_event(MACHINE4_ON_START, 0);
	begun = life.now;
	life.now.ns += NS_PER_S;
	assert_int_equal(offer(SERVER_B, ADDR + 7), DROP_NONE);
	assert_silent();
	assert_int_equal(offer(SERVER_A, ADDR), DROP_OFFER_NOT_TAKEN);
	/* No DISCOVER in between: the time is over first. */
	life_wake();
	assert_int_equal(mono_diff_ms(life.now, begun), 5000);
	assert_sent(CLIENT4_SELECTING);
	assert_int_equal(ntohl(life.query.server_id.s_addr), SERVER_B);
	assert_int_equal(ntohl(life.query.addr.s_addr), ADDR + 7);
	/* The other one is too late now. */
	assert_int_equal(offer(SERVER_A, ADDR), DROP_NOT_AWAITED);
}

static void a_late_offer_is_taken_at_once(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .times = &selecting });
	life_event(MACHINE4_ON_START, 0);
	life.now.ns += 6 * NS_PER_S;
	assert_int_equal(offer(SERVER_A, ADDR), DROP_NONE);
	assert_sent(CLIENT4_SELECTING);
}

static void the_first_offer_is_taken_without_a_select_timeout(void **state)
{
	(void)state;
	life_become(MACHINE4_SELECTING, false);
	assert_int_equal(offer(SERVER_B, ADDR + 1), DROP_NONE);
	assert_sent(CLIENT4_SELECTING);
}

static void a_former_address_and_a_named_server_are_better(void **state)
{
	(void)state;
	life_begin(&(struct life_setup){ .times = &selecting,
					 .kept = kept_lease(-1) });
	life_event(MACHINE4_ON_START, 0);
	assert_int_equal(offer(0, ADDR + 1), DROP_NONE);
	assert_int_equal(offer(SERVER_A, ADDR + 2), DROP_NONE);
	assert_int_equal(offer(0, ADDR + 3), DROP_OFFER_NOT_TAKEN);
	assert_int_equal(offer(0, ADDR), DROP_NONE);
	assert_int_equal(offer(SERVER_A, ADDR + 4), DROP_OFFER_NOT_TAKEN);
	assert_int_equal(offer(SERVER_B, ADDR), DROP_NONE);
	assert_int_equal(offer(SERVER_A, ADDR), DROP_OFFER_NOT_TAKEN);
	life_wake();
	assert_sent(CLIENT4_SELECTING);
	assert_int_equal(ntohl(life.query.server_id.s_addr), SERVER_B);
	assert_int_equal(ntohl(life.query.addr.s_addr), ADDR);
}

static void rfc2131_3_1_a_request_has_xid_and_secs_of_the_discover(void **state)
{
	uint32_t xid;

	(void)state;
	life_begin(&(struct life_setup){ .seed = 3 });
	life_event(MACHINE4_ON_START, 0);
	xid = life.query.xid;
	life_wake();
	life_wake();
	assert_true(life.query.secs >= 10 && life.query.secs <= 14);
	life.now.ns += 2 * NS_PER_S;
	{
		uint16_t secs = life.query.secs;

		life_take(DHCP4_OFFER);
		assert_int_equal(life.query.secs, secs);
		assert_int_equal(got.dhcp4.secs, secs);
		assert_int_equal(life.query.xid, xid);
		life_wake(); /* and the one after that */
		assert_sent(CLIENT4_SELECTING);
		assert_int_equal(life.query.secs, secs);
		assert_int_equal(life.query.xid, xid);
	}
}

static void secs_go_no_further_than_their_field(void **state)
{
	(void)state;
	life_become(MACHINE4_BOUND, true);
	life_event(MACHINE4_ON_RENEW, 0);
	assert_int_equal(life.query.secs, 0);
	life_event(MACHINE4_ON_RENEW, 40000 * NS_PER_S);
	assert_int_equal(life.query.secs, 40000);
	life_event(MACHINE4_ON_RENEW, 30000 * NS_PER_S);
	assert_int_equal(life.query.secs, 65535);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc2131_4_4_1_one_of_several_offers_is_named),
		cmocka_unit_test(a_late_offer_is_taken_at_once),
		cmocka_unit_test(
			the_first_offer_is_taken_without_a_select_timeout),
		cmocka_unit_test(
			a_former_address_and_a_named_server_are_better),
		cmocka_unit_test(
			rfc2131_3_1_a_request_has_xid_and_secs_of_the_discover),
		cmocka_unit_test(secs_go_no_further_than_their_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
