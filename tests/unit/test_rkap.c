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

static void rfc9915_20_3_replay_counter_only_grows(void **state)
{
	struct wall_time now = { 1700000000 };
	struct wall_time back = { 1600000000 };
	struct rkap rkap;
	uint64_t last, next;
	int i;

	(void)state;
	rkap_init(&rkap, secret, sizeof(secret));
	last = rkap_next_replay(&rkap, now);
	assert_true(last == 1700000000ULL << 32);
	for (i = 0; i < 10; i++) {
		next = rkap_next_replay(&rkap, i % 2 ? now : back);
		assert_true(next > last);
		last = next;
	}
	/* A second later, or after a restart, as well. */
	rkap_init(&rkap, secret, sizeof(secret));
	now.s++;
	assert_true(rkap_next_replay(&rkap, now) > last);
	rkap_init(&rkap, secret, sizeof(secret));
	now.s = -1;
	assert_true(rkap_next_replay(&rkap, now) == 1);
}

/* The wall clock may be set back while the server is not running. */
static void
rfc9915_20_3_what_was_used_before_a_restart_is_not_used_again(void **state)
{
	struct wall_time now = { 1700000000 };
	struct wall_time back = { 1600000000 };
	struct wall_time never = { INT64_MAX };
	struct rkap rkap;
	uint64_t last;

	(void)state;
	rkap_init(&rkap, secret, sizeof(secret));
	rkap_next_replay(&rkap, now);
	last = rkap_next_replay(&rkap, now);
	rkap_init(&rkap, secret, sizeof(secret));
	rkap_note_use(&rkap, now);
	rkap_note_use(&rkap, back);
	assert_true(rkap_next_replay(&rkap, back) > last);
	/* What cannot be true leaves room to grow. */
	rkap_init(&rkap, secret, sizeof(secret));
	rkap_note_use(&rkap, never);
	rkap_note_use(&rkap, (struct wall_time){ -1 });
	assert_true(rkap_next_replay(&rkap, back) == 1600000000ULL << 32);
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
		cmocka_unit_test(
			rfc9915_20_4_1_key_option_has_the_form_of_the_rfc),
		cmocka_unit_test(
			rfc9915_20_4_1_hmac_is_over_the_message_with_zeros_in_its_place),
		cmocka_unit_test(nothing_is_signed_without_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
