/* SPDX-License-Identifier: BSD-2-Clause */
/* ARP packets, in and out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <string.h>

#include "dhcp4o6/wire/arp.h"

static const uint8_t mac[ARP_MAC_LEN] = { 2, 0, 0, 0, 0, 1 };

/* A reply: 192.0.2.1 is at 02:00:00:00:00:01, to 192.0.2.9. */
static const uint8_t reply[] = {
	0,   1, 8, 0, 6, 4, 0, 2, 2, 0, 0,   0, 0, 1,
	192, 0, 2, 1, 2, 0, 0, 0, 0, 9, 192, 0, 2, 9,
};

static enum drop_reason decode(const uint8_t *octets, size_t len,
			       struct arp_packet *arp)
{
	uint8_t *copy = malloc(len ? len : 1);
	enum drop_reason why;

	assert_non_null(copy);
	memcpy(copy, octets, len);
	memset(arp, 0xee, sizeof(*arp));
	why = arp_decode(wire_reader(copy, len), arp);
	free(copy);
	return why;
}

static void every_field_is_read(void **state)
{
	struct arp_packet arp;

	(void)state;
	assert_int_equal(decode(reply, sizeof(reply), &arp), DROP_NONE);
	assert_int_equal(arp.op, ARP_REPLY);
	assert_memory_equal(arp.sender_mac, mac, ARP_MAC_LEN);
	assert_int_equal(ntohl(arp.sender.s_addr), 0xc0000201);
	assert_memory_equal(arp.target_mac, "\2\0\0\0\0\x9", ARP_MAC_LEN);
	assert_int_equal(ntohl(arp.target.s_addr), 0xc0000209);
}

static void rejects_every_truncation(void **state)
{
	struct arp_packet arp;

	(void)state;
	for (size_t len = 0; len < sizeof(reply); len++)
		assert_int_equal(decode(reply, len, &arp), DROP_ARP_SHORT);
}

static void padding_of_ethernet_is_stepped_over(void **state)
{
	uint8_t padded[46] = { 0 };
	struct arp_packet arp;

	(void)state;
	memcpy(padded, reply, sizeof(reply));
	for (size_t len = sizeof(reply); len <= sizeof(padded); len++)
		assert_int_equal(decode(padded, len, &arp), DROP_NONE);
}

static void what_is_not_ipv4_on_ethernet_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum drop_reason why;
	} cases[] = {
		{ 1, 6, DROP_NONE },      /* IEEE 802 */
		{ 1, 32, DROP_ARP_KIND }, /* InfiniBand */
		{ 0, 1, DROP_ARP_KIND },  { 2, 0x86, DROP_ARP_KIND },
		{ 4, 8, DROP_ARP_KIND },  { 4, 0, DROP_ARP_KIND },
		{ 5, 16, DROP_ARP_KIND }, { 5, 0, DROP_ARP_KIND },
		{ 7, 0, DROP_ARP_KIND },  { 7, 3, DROP_ARP_KIND }, /* RARP */
		{ 7, 1, DROP_NONE },      { 6, 1, DROP_ARP_KIND },
	};
	struct arp_packet arp;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t octets[sizeof(reply)];

		memcpy(octets, reply, sizeof(reply));
		octets[cases[i].at] = cases[i].value;
		assert_int_equal(decode(octets, sizeof(octets), &arp),
				 cases[i].why);
	}
}

static void rfc5227_1_1_probe_has_no_sender_and_announcement_has(void **state)
{
	static const uint8_t probe[] = {
		0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0,   0, 0, 1,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 1,
	};
	uint8_t announcement[sizeof(probe)], out[ARP_PACKET_LEN];
	struct in_addr addr = { htonl(0xc0000201) };
	struct wire_writer w = wire_writer(out, sizeof(out));
	struct arp_packet arp = arp_probe(mac, addr);

	(void)state;
	arp_encode(&w, &arp);
	assert_false(w.failed);
	assert_int_equal(wire_len(&w), sizeof(probe));
	assert_memory_equal(out, probe, sizeof(probe));
	memcpy(announcement, probe, sizeof(probe));
	memcpy(announcement + 14, "\xc0\0\2\1", 4);
	arp = arp_announcement(mac, addr);
	w = wire_writer(out, sizeof(out));
	arp_encode(&w, &arp);
	assert_memory_equal(out, announcement, sizeof(announcement));
}

static void without_room_nothing_is_written_past_it(void **state)
{
	struct arp_packet arp = arp_probe(mac, (struct in_addr){ 1 });

	(void)state;
	for (size_t size = 0; size < ARP_PACKET_LEN; size++) {
		uint8_t *out = malloc(size ? size : 1);
		struct wire_writer w;

		assert_non_null(out);
		w = wire_writer(out, size);
		arp_encode(&w, &arp);
		assert_true(w.failed);
		free(out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(padding_of_ethernet_is_stepped_over),
		cmocka_unit_test(what_is_not_ipv4_on_ethernet_is_refused),
		cmocka_unit_test(
			rfc5227_1_1_probe_has_no_sender_and_announcement_has),
		cmocka_unit_test(without_room_nothing_is_written_past_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
