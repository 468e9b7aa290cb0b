/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames: what the kernel would have checked, and what it would not mind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp4o6/wire/frame.h"
#include "rng.h"
#include "vectors.h"

#define SEED 0x5eed0005

/* Octets of an untagged frame. */
#define AT_SRC_MAC     6
#define AT_TYPE        12
#define AT_IP          14
#define AT_IP_LEN      (AT_IP + 4)
#define AT_NEXT_HEADER (AT_IP + 6)
#define AT_SRC         (AT_IP + 8)
#define AT_UDP         (AT_IP + 40)
#define AT_UDP_LEN     (AT_UDP + 4)
#define AT_UDP_SUM     (AT_UDP + 6)
#define AT_PAYLOAD     (AT_UDP + 8)

static const uint16_t vlan_ids[] = { 100, 4094 };

struct fixture {
	struct vectors set;
	const struct vector *v;
	uint8_t frame[VECTOR_FRAME_SIZE];
	size_t len;
};

static int setup(void **state)
{
	static struct fixture f;

	if (vectors_load(&f.set))
		return -1;
	f.v = vectors_find(&f.set, "q-discover-unicast");
	f.len = vector_frame(f.v, NULL, 0, f.frame, sizeof(f.frame));
	*state = &f;
	return f.v && f.len ? 0 : -1;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	vectors_free(&f->set);
	return 0;
}

/* From a copy of exactly len octets, so that sanitizers see the edges. */
static enum drop_reason decode(const uint8_t *frame, size_t len,
			       enum frame_checksum mode)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct wire_reader payload;
	struct frame_addr addr;
	enum drop_reason why;

	assert_non_null(copy);
	if (len)
		memcpy(copy, frame, len);
	why = frame_decode(wire_reader(copy, len), mode, &addr, &payload, NULL);
	if (!why) {
		assert_true(payload.pos >= copy);
		assert_true(payload.end <= copy + len);
	}
	free(copy);
	return why;
}

static void check_round_trip(const struct vector *v, unsigned int vlans,
			     size_t padding)
{
	uint8_t frame[VECTOR_FRAME_SIZE] = { 0 };
	size_t len = vector_frame(v, vlan_ids, vlans, frame, sizeof(frame));
	struct wire_reader payload;
	struct frame_addr addr;
	bool partial = true;
	unsigned int i;

	assert_int_equal(len, frame_header_len(vlans) + v->len);
	assert_int_equal(frame_decode(wire_reader(frame, len + padding),
				      FRAME_CHECKSUM_VERIFY, &addr, &payload,
				      &partial),
			 DROP_NONE);
	assert_false(partial);
	assert_int_equal(wire_left(&payload), v->len);
	assert_memory_equal(payload.pos, v->payload, v->len);
	assert_memory_equal(&addr.src, &v->src, sizeof(v->src));
	assert_memory_equal(&addr.dst, &v->dst, sizeof(v->dst));
	assert_int_equal(addr.src_port, v->src_port);
	assert_int_equal(addr.dst_port, v->dst_port);
	assert_int_equal(addr.vlan_count, vlans);
	for (i = 0; i < vlans; i++) {
		assert_int_equal(addr.vlan_tci[i], vlan_ids[i]);
		assert_int_equal(addr.vlan_proto[i], 0x8100);
	}
}

static void every_vector_survives_tags_and_padding(void **state)
{
	struct fixture *f = *state;
	unsigned int vlans;
	size_t i;

	for (i = 0; i < f->set.count; i++)
		for (vlans = 0; vlans <= FRAME_VLAN_MAX; vlans++) {
			check_round_trip(&f->set.all[i], vlans, 0);
			check_round_trip(&f->set.all[i], vlans, 46);
		}
}

static void rejects_every_truncation(void **state)
{
	struct fixture *f = *state;
	uint8_t frame[VECTOR_FRAME_SIZE];
	unsigned int vlans;
	size_t len, cut;

	for (vlans = 0; vlans <= FRAME_VLAN_MAX; vlans++) {
		size_t ip_at = frame_header_len(vlans) - 48;

		len = vector_frame(f->v, vlan_ids, vlans, frame, sizeof(frame));
		for (cut = 0; cut < len; cut++)
			assert_int_equal(
				decode(frame, cut, FRAME_CHECKSUM_TRUST),
				cut < ip_at + 40 ? DROP_FRAME_TRUNCATED
						 : DROP_FRAME_LENGTH);
	}
}

static void put_u16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned int get_u16(const uint8_t *at)
{
	return (unsigned int)at[0] << 8 | at[1];
}

/* One octet changed in a good frame, and what it has to give. */
static void headers_that_are_not_ours_are_named(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum drop_reason why;
	} change[] = {
		{ AT_TYPE, 0x08, DROP_FRAME_ETHERTYPE },
		{ AT_TYPE + 1, 0xde, DROP_FRAME_ETHERTYPE },
		{ AT_IP, 0x45, DROP_FRAME_VERSION },
		{ AT_NEXT_HEADER, 6, DROP_FRAME_NOT_UDP },
		{ AT_NEXT_HEADER, 0, DROP_FRAME_NOT_UDP },  /* hop-by-hop */
		{ AT_NEXT_HEADER, 44, DROP_FRAME_NOT_UDP }, /* fragment */
		{ AT_NEXT_HEADER, 60, DROP_FRAME_NOT_UDP }, /* destination */
		{ AT_SRC, 0xff, DROP_FRAME_SOURCE },
		{ AT_SRC_MAC, 0x03, DROP_FRAME_SOURCE },
		{ AT_PAYLOAD, 0x15, DROP_FRAME_CHECKSUM },
		{ AT_SRC + 15, 0x11, DROP_FRAME_CHECKSUM },
		{ AT_UDP, 0x7f, DROP_FRAME_CHECKSUM },
		{ AT_UDP_SUM, 0, DROP_FRAME_CHECKSUM },
	};
	struct fixture *f = *state;
	size_t i;

	for (i = 0; i < sizeof(change) / sizeof(change[0]); i++) {
		uint8_t old = f->frame[change[i].at];

		f->frame[change[i].at] = change[i].value;
		assert_int_equal(
			decode(f->frame, f->len, FRAME_CHECKSUM_VERIFY),
			change[i].why);
		f->frame[change[i].at] = old;
	}
	assert_int_equal(decode(f->frame, f->len, FRAME_CHECKSUM_VERIFY),
			 DROP_NONE);
}

static void sources_that_no_host_may_have_are_refused(void **state)
{
	struct fixture *f = *state;
	uint8_t frame[VECTOR_FRAME_SIZE];

	memcpy(frame, f->frame, f->len);
	memset(frame + AT_SRC, 0, 16);
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_SOURCE);
	frame[AT_SRC + 15] = 1;
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_SOURCE);
	memset(frame + AT_SRC + 10, 0xff, 2);
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_SOURCE);
	memset(frame + AT_SRC + 10, 0, 2);
	frame[AT_SRC + 15] = 2;
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_NONE);
}

static void lengths_must_cover_each_other(void **state)
{
	struct fixture *f = *state;
	uint8_t frame[VECTOR_FRAME_SIZE];
	unsigned int len = get_u16(f->frame + AT_UDP_LEN);
	struct wire_reader payload;
	struct frame_addr addr;

	memcpy(frame, f->frame, f->len);
	put_u16(frame + AT_UDP_LEN, len + 1); /* beyond IPv6's */
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_LENGTH);
	put_u16(frame + AT_UDP_LEN, 7);
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_LENGTH);
	put_u16(frame + AT_UDP_LEN, 0); /* RFC 2675's jumbogram */
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_LENGTH);
	put_u16(frame + AT_UDP_LEN, 8);
	assert_int_equal(frame_decode(wire_reader(frame, f->len),
				      FRAME_CHECKSUM_TRUST, &addr, &payload,
				      NULL),
			 DROP_NONE);
	assert_int_equal(wire_left(&payload), 0);
	memcpy(frame, f->frame, f->len);
	put_u16(frame + AT_IP_LEN, len + 1); /* beyond the frame */
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_LENGTH);
	put_u16(frame + AT_IP_LEN, len - 1); /* does not hold UDP's */
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_LENGTH);
	put_u16(frame + AT_IP_LEN, 7);
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_FRAME_LENGTH);
}

static void a_third_tag_is_refused(void **state)
{
	struct fixture *f = *state;
	uint8_t frame[VECTOR_FRAME_SIZE];
	size_t len;

	len = vector_frame(f->v, vlan_ids, 2, frame, sizeof(frame) - 4);
	assert_int_equal(decode(frame, len, FRAME_CHECKSUM_VERIFY), DROP_NONE);
	put_u16(frame + AT_TYPE, 0x88a8);
	assert_int_equal(decode(frame, len, FRAME_CHECKSUM_VERIFY), DROP_NONE);
	memmove(frame + AT_TYPE + 4, frame + AT_TYPE, len - AT_TYPE);
	assert_int_equal(decode(frame, len + 4, FRAME_CHECKSUM_VERIFY),
			 DROP_FRAME_ETHERTYPE);
}

/* Sum of the pseudo-header alone: what a sender leaves to its hardware. */
static unsigned int pseudo_sum(const uint8_t *frame)
{
	unsigned int sum = 17 + get_u16(frame + AT_UDP_LEN);
	size_t i;

	for (i = 0; i < 32; i += 2)
		sum += get_u16(frame + AT_SRC + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void a_partial_checksum_is_taken_only_when_allowed(void **state)
{
	struct fixture *f = *state;
	uint8_t frame[VECTOR_FRAME_SIZE];
	struct wire_reader payload;
	struct frame_addr addr;
	bool partial = false;

	memcpy(frame, f->frame, f->len);
	put_u16(frame + AT_UDP_SUM, pseudo_sum(frame));
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_VERIFY),
			 DROP_FRAME_CHECKSUM);
	assert_int_equal(frame_decode(wire_reader(frame, f->len),
				      FRAME_CHECKSUM_PARTIAL_OK, &addr,
				      &payload, &partial),
			 DROP_NONE);
	assert_true(partial);
	assert_int_equal(frame_decode(wire_reader(f->frame, f->len),
				      FRAME_CHECKSUM_PARTIAL_OK, &addr,
				      &payload, &partial),
			 DROP_NONE);
	assert_false(partial);
	frame[AT_UDP_SUM + 1] ^= 1;
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_PARTIAL_OK),
			 DROP_FRAME_CHECKSUM);
	put_u16(frame + AT_UDP_SUM, 0);
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_PARTIAL_OK),
			 DROP_FRAME_CHECKSUM);
	assert_int_equal(decode(frame, f->len, FRAME_CHECKSUM_TRUST),
			 DROP_NONE);
}

/* RFC 768: a sum of 0 is sent as all ones. */
static void a_sum_of_zero_is_sent_as_ones(void **state)
{
	struct fixture *f = *state;
	struct vector v = *f->v;
	uint8_t payload[2] = { 0 };
	uint8_t frame[128];
	unsigned int sum;
	size_t len;

	v.payload = payload;
	v.len = sizeof(payload);
	len = vector_frame(&v, NULL, 0, frame, sizeof(frame));
	sum = get_u16(frame + AT_UDP_SUM);
	put_u16(payload, sum); /* now everything adds up to all ones */
	len = vector_frame(&v, NULL, 0, frame, sizeof(frame));
	assert_int_equal(get_u16(frame + AT_UDP_SUM), 0xffff);
	assert_int_equal(decode(frame, len, FRAME_CHECKSUM_VERIFY), DROP_NONE);
}

static void random_damage_is_survived(void **state)
{
	struct fixture *f = *state;
	uint8_t frame[VECTOR_FRAME_SIZE];
	struct rng rng = { SEED };
	unsigned int i, k;

	print_message("seed %#x\n", SEED);
	for (i = 0; i < 100000; i++) {
		memcpy(frame, f->frame, f->len);
		for (k = rng_below(&rng, 6); k > 0; k--)
			frame[rng_below(&rng, AT_PAYLOAD)] =
				(uint8_t)rng_next(&rng);
		decode(frame, rng_below(&rng, (uint32_t)f->len + 1),
		       (enum frame_checksum)rng_below(&rng, 3));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_survives_tags_and_padding),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(headers_that_are_not_ours_are_named),
		cmocka_unit_test(sources_that_no_host_may_have_are_refused),
		cmocka_unit_test(lengths_must_cover_each_other),
		cmocka_unit_test(a_third_tag_is_refused),
		cmocka_unit_test(a_partial_checksum_is_taken_only_when_allowed),
		cmocka_unit_test(a_sum_of_zero_is_sent_as_ones),
		cmocka_unit_test(random_damage_is_survived),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
