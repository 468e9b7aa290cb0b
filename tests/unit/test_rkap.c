/* SPDX-License-Identifier: BSD-2-Clause */
/* Reconfigure keys: values computed by another implementation of HMAC. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../../daemon/server6/rkap.h"

static const uint8_t secret[] = { 0, 1, 2,  3,  4,  5,  6,  7,
				  8, 9, 10, 11, 12, 13, 14, 15 };
static const uint8_t duid[] = { 0, 3, 0, 1, 2, 0, 0, 0, 0, 0xaa };

static void a_key_is_derived_from_secret_and_duid(void **state)
{
	static const uint8_t want[DHCP6_RKAP_LEN] = { 0x44, 0xd7, 0x60, 0x63,
						      0x84, 0xdb, 0xf4, 0x88,
						      0xab, 0xc6, 0x98, 0xae,
						      0x9a, 0xfa, 0x35, 0x69 };
	uint8_t key[DHCP6_RKAP_LEN], other[DHCP6_RKAP_LEN];
	struct rkap rkap;

	(void)state;
	rkap_init(&rkap, secret, sizeof(secret));
	rkap_derive_key(&rkap, duid, sizeof(duid), key);
	assert_memory_equal(key, want, sizeof(want));
	rkap_derive_key(&rkap, duid, sizeof(duid) - 1, other);
	assert_memory_not_equal(key, other, sizeof(key));
	rkap_init(&rkap, secret, sizeof(secret) - 1);
	rkap_derive_key(&rkap, duid, sizeof(duid), other);
	assert_memory_not_equal(key, other, sizeof(key));
}

static void a_long_secret_is_cut(void **state)
{
	uint8_t longer[RKAP_SECRET_MAX + 1] = { 1 };
	uint8_t key[DHCP6_RKAP_LEN], other[DHCP6_RKAP_LEN];
	struct rkap rkap;

	(void)state;
	rkap_init(&rkap, longer, sizeof(longer));
	rkap_derive_key(&rkap, duid, sizeof(duid), key);
	longer[RKAP_SECRET_MAX] = 1;
	rkap_init(&rkap, longer, sizeof(longer));
	rkap_derive_key(&rkap, duid, sizeof(duid), other);
	assert_memory_equal(key, other, sizeof(key));
}

/* A server starts, and its mark is in the store. */
static void start(struct rkap *rkap, uint64_t mark, int64_t seconds)
{
	rkap_init(rkap, secret, sizeof(secret));
	rkap_note_mark(rkap, mark);
	rkap_start(rkap, (struct wall_time){ seconds });
	rkap_reserve(rkap, rkap_next_mark(rkap));
	rkap_end_reserve(rkap, true);
}

static void rfc9915_20_3_replay_counter_only_grows(void **state)
{
	uint64_t last, next;
	struct rkap rkap;
	int i;

	(void)state;
	start(&rkap, 0, 1700000000);
	last = rkap_next_replay(&rkap);
	assert_true(last > 1700000000ULL << 32);
	for (i = 0; i < 10; i++) {
		next = rkap_next_replay(&rkap);
		assert_true(next > last);
		last = next;
	}
	/* Without a mark of former values the clock has to do. */
	start(&rkap, 0, 1700000001);
	assert_true(rkap_next_replay(&rkap) > last);
	start(&rkap, 0, -1);
	assert_true(rkap_next_replay(&rkap) == 1);
	start(&rkap, 0, INT64_MAX);
	assert_true(rkap_next_replay(&rkap) == 1);
}

/* The wall clock may be set back while the server is not running. */
static void
rfc9915_20_3_what_was_used_before_a_restart_is_not_used_again(void **state)
{
	static const int64_t clocks[] = { 1700000000, 1600000000, 0, 1700000000,
					  1700000001 };
	uint64_t last = 0, next;
	struct rkap rkap;
	size_t i;
	int uses;

	(void)state;
	rkap.durable = 0;
	for (i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		start(&rkap, rkap.durable, clocks[i]);
		for (uses = 0; uses < 3; uses++) {
			next = rkap_next_replay(&rkap);
			assert_true(next > last && next <= rkap.durable);
			last = next;
		}
	}
	/* Restarts alone use up a second of the clock each, and no more. */
	assert_true(last < 1700000010ULL << 32);
}

/* A store without marks: its newest record tells the time of the last use. */
static void a_store_of_an_older_version_is_gone_on_with(void **state)
{
	struct wall_time now = { 1700000000 };
	struct wall_time back = { 1600000000 };
	struct rkap rkap;
	uint64_t last;

	(void)state;
	start(&rkap, 0, now.s);
	last = rkap_next_replay(&rkap);
	rkap_init(&rkap, secret, sizeof(secret));
	rkap_note_use(&rkap, now);
	rkap_note_use(&rkap, back);
	rkap_note_mark(&rkap, 0);
	rkap_start(&rkap, back);
	assert_true(rkap_next_replay(&rkap) > last);
	/* What cannot be true leaves room to grow. */
	rkap_init(&rkap, secret, sizeof(secret));
	rkap_note_use(&rkap, (struct wall_time){ INT64_MAX });
	rkap_note_use(&rkap, (struct wall_time){ -1 });
	rkap_start(&rkap, back);
	assert_true(rkap_next_replay(&rkap) == (1600000000ULL << 32) + 1);
}

static void no_value_is_used_that_no_mark_in_the_store_covers(void **state)
{
	struct rkap rkap;
	uint64_t mark;

	(void)state;
	rkap_init(&rkap, secret, sizeof(secret));
	rkap_start(&rkap, (struct wall_time){ 1700000000 });
	assert_false(rkap_can_wait(&rkap));
	assert_true(rkap_wants_mark(&rkap));
	mark = rkap_next_mark(&rkap);
	rkap_reserve(&rkap, mark);
	assert_true(rkap_can_wait(&rkap));
	assert_false(rkap_can_send(&rkap));
	assert_false(rkap_wants_mark(&rkap));
	rkap_next_replay(&rkap);
	/* The disk has failed. */
	rkap_end_reserve(&rkap, false);
	assert_false(rkap_can_wait(&rkap));
	assert_true(rkap_wants_mark(&rkap));
	assert_true(rkap_next_mark(&rkap) > mark);
	rkap_reserve(&rkap, rkap_next_mark(&rkap));
	rkap_end_reserve(&rkap, true);
	assert_true(rkap_can_send(&rkap));
	rkap.last_replay = rkap.durable;
	assert_false(rkap_can_wait(&rkap));
	assert_false(rkap_can_send(&rkap));
}

static void a_new_mark_is_wanted_when_half_of_the_last_is_used_up(void **state)
{
	struct rkap rkap;

	(void)state;
	start(&rkap, 0, 1700000000);
	assert_false(rkap_wants_mark(&rkap));
	rkap.last_replay += RKAP_MARK_AHEAD / 2 - 1;
	assert_false(rkap_wants_mark(&rkap));
	rkap_next_replay(&rkap);
	assert_true(rkap_wants_mark(&rkap));
	assert_true(rkap_can_send(&rkap));
}

static void the_last_of_all_values_is_the_end_of_keys(void **state)
{
	struct rkap rkap;

	(void)state;
	start(&rkap, UINT64_MAX - 1, 1700000000);
	assert_true(rkap_can_send(&rkap));
	assert_true(rkap_next_replay(&rkap) == UINT64_MAX);
	assert_false(rkap_can_send(&rkap));
	assert_false(rkap_can_wait(&rkap));
	assert_false(rkap_wants_mark(&rkap));
}

static void rfc9915_20_4_1_key_option_has_the_form_of_the_rfc(void **state)
{
	static const uint8_t want[] = {
		0, 11, 0, 28, 3, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2, 1,
	};
	uint8_t buf[64];
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	dhcp6_put_rkap_key(&w, 0x102, secret);
	assert_false(w.failed);
	assert_int_equal(wire_len(&w), sizeof(want) + DHCP6_RKAP_LEN);
	assert_memory_equal(buf, want, sizeof(want));
	assert_memory_equal(buf + sizeof(want), secret, DHCP6_RKAP_LEN);
}

static void
rfc9915_20_4_1_hmac_is_over_the_message_with_zeros_in_its_place(void **state)
{
	static const uint8_t want[] = { 0x79, 0x3a, 0x9f, 0x2b, 0x45, 0xfd,
					0x6a, 0x1c, 0x5e, 0xc4, 0x0d, 0x41,
					0x6c, 0x06, 0x11, 0xd2 };
	static const uint8_t head[] = { 10, 0, 0, 0 };
	uint8_t key[DHCP6_RKAP_LEN];
	uint8_t buf[64];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	size_t at;
	uint8_t i;

	(void)state;
	for (i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(100 + i);
	/* What stands around the message is not signed. */
	wire_put_u32(&w, 0xffffffff);
	wire_put_mem(&w, head, sizeof(head));
	at = dhcp6_put_rkap_hmac(&w, 1700000000ULL << 32);
	dhcp6_sign_rkap(&w, 4, at, key);
	assert_false(w.failed);
	assert_int_equal(wire_len(&w), 4 + 4 + 32);
	assert_int_equal(buf[at + 15], 2);
	assert_memory_equal(buf + wire_len(&w) - 16, want, sizeof(want));
}

static void nothing_is_signed_without_room(void **state)
{
	uint8_t buf[32];
	struct wire_writer w = wire_writer(buf, sizeof(buf) - 1);
	size_t at = dhcp6_put_rkap_hmac(&w, 1);

	(void)state;
	assert_true(w.failed);
	dhcp6_sign_rkap(&w, 0, at, secret);
	assert_true(w.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_is_derived_from_secret_and_duid),
		cmocka_unit_test(a_long_secret_is_cut),
		cmocka_unit_test(rfc9915_20_3_replay_counter_only_grows),
		cmocka_unit_test(
			rfc9915_20_3_what_was_used_before_a_restart_is_not_used_again),
		cmocka_unit_test(a_store_of_an_older_version_is_gone_on_with),
		cmocka_unit_test(
			no_value_is_used_that_no_mark_in_the_store_covers),
		cmocka_unit_test(
			a_new_mark_is_wanted_when_half_of_the_last_is_used_up),
		cmocka_unit_test(the_last_of_all_values_is_the_end_of_keys),
		cmocka_unit_test(
			rfc9915_20_4_1_key_option_has_the_form_of_the_rfc),
		cmocka_unit_test(
			rfc9915_20_4_1_hmac_is_over_the_message_with_zeros_in_its_place),
		cmocka_unit_test(nothing_is_signed_without_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
