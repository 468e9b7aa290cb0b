/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader and the writer at their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dhcp4o6/wire/wire.h"

static const uint8_t octets[] = { 0x01, 0x23, 0x45, 0x67, 0x89,
				  0xab, 0xcd, 0xef, 0x10, 0x32,
				  0x54, 0x76, 0x98, 0xba, 0xdc };

static void integers_are_read_in_network_order(void **state)
{
	struct wire_reader r = wire_reader(octets, sizeof(octets));

	(void)state;
	assert_int_equal(wire_get_u8(&r), 0x01);
	assert_int_equal(wire_get_u16(&r), 0x2345);
	assert_int_equal(wire_get_u32(&r), 0x6789abcd);
	assert_true(wire_get_u64(&r) == 0xef1032547698badcULL);
	assert_int_equal(wire_left(&r), 0);
	assert_false(r.failed);
}

static void a_failed_reader_stays_failed_and_gives_zero(void **state)
{
	struct wire_reader r = wire_reader(octets, 3);
	uint8_t out[4] = { 1, 1, 1, 1 };

	(void)state;
	assert_int_equal(wire_get_u32(&r), 0);
	assert_true(r.failed);
	assert_int_equal(wire_get_u8(&r), 0);
	wire_get_mem(&r, out, sizeof(out));
	assert_int_equal(out[0] | out[1] | out[2] | out[3], 0);
	assert_null(wire_take(&r, 0));
	assert_true(wire_split(&r, 0).failed);
}

static void nothing_can_be_read(void **state)
{
	struct wire_reader r = wire_reader(NULL, 0);

	(void)state;
	assert_int_equal(wire_left(&r), 0);
	wire_get_mem(&r, NULL, 0);
	assert_false(r.failed);
	assert_int_equal(wire_get_u8(&r), 0);
	assert_true(r.failed);
}

static void a_split_cannot_be_left(void **state)
{
	struct wire_reader r = wire_reader(octets, sizeof(octets));
	struct wire_reader inner = wire_split(&r, 2);

	(void)state;
	assert_int_equal(wire_get_u16(&inner), 0x0123);
	assert_int_equal(wire_get_u8(&inner), 0);
	assert_true(inner.failed);
	assert_false(r.failed);
	assert_int_equal(wire_get_u8(&r), 0x45);
	inner = wire_split(&r, sizeof(octets));
	assert_true(inner.failed && r.failed);
}

static void what_is_written_is_read(void **state)
{
	uint8_t buf[18];
	struct wire_writer w = wire_writer(buf, sizeof(buf));
	struct wire_reader r = wire_reader(buf, sizeof(buf));

	(void)state;
	wire_put_u8(&w, 0x01);
	wire_put_u16(&w, 0);
	wire_put_u32(&w, 0x6789abcd);
	wire_put_u64(&w, 0xef1032547698badcULL);
	wire_put_zero(&w, 1);
	wire_put_mem(&w, octets, 2);
	wire_patch_u16(&w, 1, 0x2345);
	assert_false(w.failed);
	assert_int_equal(wire_len(&w), sizeof(buf));
	assert_int_equal(wire_room(&w), 0);
	assert_int_equal(wire_get_u8(&r), 0x01);
	assert_int_equal(wire_get_u16(&r), 0x2345);
	assert_int_equal(wire_get_u32(&r), 0x6789abcd);
	assert_true(wire_get_u64(&r) == 0xef1032547698badcULL);
	assert_int_equal(wire_get_u8(&r), 0);
	assert_int_equal(wire_get_u16(&r), 0x0123);
}

static void what_does_not_fit_writes_nothing(void **state)
{
	uint8_t buf[4] = { 9, 9, 9, 9 };
	struct wire_writer w = wire_writer(buf, 3);

	(void)state;
	wire_put_u16(&w, 0);
	wire_put_u16(&w, 0);
	assert_true(w.failed);
	assert_int_equal(wire_len(&w), 2);
	assert_int_equal(buf[2], 9);
	wire_put_u8(&w, 0);
	assert_int_equal(wire_len(&w), 2);
	assert_int_equal(buf[2], 9);
}

static void a_patch_reaches_only_what_was_written(void **state)
{
	uint8_t buf[8] = { 0 };
	struct wire_writer w = wire_writer(buf, sizeof(buf));

	(void)state;
	wire_put_u16(&w, 1);
	wire_patch_u16(&w, 1, 0xffff);
	assert_true(w.failed);
	assert_int_equal(buf[1], 1);
	assert_int_equal(buf[2], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_read_in_network_order),
		cmocka_unit_test(a_failed_reader_stays_failed_and_gives_zero),
		cmocka_unit_test(nothing_can_be_read),
		cmocka_unit_test(a_split_cannot_be_left),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(what_does_not_fit_writes_nothing),
		cmocka_unit_test(a_patch_reaches_only_what_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
