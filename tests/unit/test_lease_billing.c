/* SPDX-License-Identifier: BSD-2-Clause */
/* The trailing part of a record that says to which class a lease counts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>

#include "dhcp4o6/lease/lease_record.h"

static size_t encode(const struct lease *lease, uint8_t *data)
{
	struct wire_writer w = wire_writer(data, LEASE_RECORD_MAX);

	assert_int_equal(lease_encode(lease, &w), 0);
	return wire_len(&w);
}

static void a_class_that_a_lease_counts_to_comes_back(void **state)
{
	static const uint8_t billing[] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct lease in = { .addr.s_addr = htonl(0x0a000001),
			    .state = LEASE_ACTIVE };
	struct lease out;
	uint8_t data[LEASE_RECORD_MAX];
	struct wire_writer w;
	struct wire_reader r;
	size_t len, plain = encode(&in, data);

	(void)state;
	in.billing = billing;
	in.billing_len = sizeof(billing);
	len = encode(&in, data);
	assert_int_equal(len, plain + 1 + sizeof(billing));
	r = wire_reader(data, len);
	assert_int_equal(lease_decode(&r, &out), 0);
	assert_int_equal(out.billing_len, sizeof(billing));
	assert_memory_equal(out.billing, billing, sizeof(billing));
	/* Cut inside it, or longer than one may be: no record. */
	data[1]--;
	r = wire_reader(data, len);
	assert_int_equal(lease_decode(&r, &out), -EBADMSG);
	in.billing_len = LEASE_BILLING_MAX + 1;
	w = wire_writer(data, sizeof(data));
	assert_int_equal(lease_encode(&in, &w), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_class_that_a_lease_counts_to_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
