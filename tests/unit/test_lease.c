/* SPDX-License-Identifier: BSD-2-Clause */
/* The record codec and the memory store. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "dhcp4o6/lease/memory_store.h"
#include "record_fixture.h"

#define LEASE4_MIN 66
#define LEASE4_MAX 1616

static struct lease full_lease(void)
{
	struct lease l = record_longest();

	l.addr.s_addr = htonl(0xc0000207);
	l.psid = 0x1234;
	l.psid_len = 6;
	return l;
}

static struct lease small_lease(uint32_t addr, uint32_t version)
{
	return (struct lease){
		.addr.s_addr = htonl(addr),
		.state = LEASE_ACTIVE,
		.epoch = 1,
		.version = version,
	};
}

static void largest_record_survives_the_round_trip(void **state)
{
	struct lease in = full_lease(), out;
	uint8_t record[LEASE_RECORD_MAX];

	(void)state;
	assert_int_equal(record_encode(&in, record), LEASE4_MAX);
	assert_int_equal(record_decode(record, LEASE4_MAX, &out), 0);
	assert_same_lease(&in, &out);
}

static void smallest_record_survives_the_round_trip(void **state)
{
	struct lease in = small_lease(0x0a000001, 1), out;
	uint8_t record[LEASE_RECORD_MAX];

	(void)state;
	assert_int_equal(record_encode(&in, record), LEASE4_MIN);
	assert_int_equal(record_decode(record, LEASE4_MIN, &out), 0);
	assert_same_lease(&in, &out);
	assert_null(out.client_id);
}

/* Known octets: the format is a promise to files that exist. */
static void octets_are_those_of_the_document(void **state)
{
	static const uint8_t want[] = {
		0x00, 0x4d, 0x01, 0x01, 0x01, 0x00, 0x00, 0x00, 0xc0, 0x00,
		0x02, 0x07, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x05,
		0x00, 0x00, 0x00, 0x00, 0x65, 0x53, 0xf1, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x65, 0x53, 0xff, 0x10, 0x00, 0x00, 0x00, 0x00,
		0x65, 0x53, 0xf1, 0x00, 0xfe, 0x80, 0x00, 0x00, 0x00, 0x00,
		0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01,
		0x01, 0x06, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0xff,
		0x00, 0x01, 0x02, 0x68, 0x69, 0x00, 0x02, 0xaa, 0xbb,
	};
	static const uint8_t id[] = { 0xff, 0x00, 0x01 };
	static const uint8_t name[] = { 'h', 'i' };
	static const uint8_t path[] = { 0xaa, 0xbb };
	uint8_t record[LEASE_RECORD_MAX];
	struct lease l = small_lease(0xc0000207, 5);

	(void)state;
	l.flags = LEASE_FLAG_RESERVED;
	l.starts.s = 0x6553f100;
	l.updated.s = 0x6553f100;
	l.expires.s = 0x6553ff10;
	l.source.s6_addr[0] = 0xfe;
	l.source.s6_addr[1] = 0x80;
	l.source.s6_addr[15] = 1;
	l.htype = 1;
	l.hlen = 6;
	l.chaddr[0] = 2;
	l.chaddr[5] = 1;
	l.client_id = id;
	l.client_id_len = sizeof(id);
	l.host_name = name;
	l.host_name_len = sizeof(name);
	l.relay_path = path;
	l.relay_path_len = sizeof(path);
	assert_int_equal(record_encode(&l, record), sizeof(want));
	assert_memory_equal(record, want, sizeof(want));
}

static void decoder_rejects_every_truncation(void **state)
{
	struct lease lease = full_lease();

	(void)state;
	record_rejects_truncations(&lease);
}

static void decoder_steps_over_what_a_later_version_appended(void **state)
{
	struct lease in = small_lease(0x0a000001, 7), out;
	uint8_t data[3 * LEASE_RECORD_MAX];
	struct wire_reader r;
	size_t len;

	(void)state;
	len = record_encode(&in, data);
	memcpy(data + len, "\0late", 5); /* behind an empty billing */
	data[1] = (uint8_t)(data[1] + 5);
	len += 5;
	len += record_encode(&in, data + len);
	r = wire_reader(data, len);
	assert_int_equal(lease_decode(&r, &out), 0);
	assert_same_lease(&in, &out);
	assert_int_equal(lease_decode(&r, &out), 0);
	assert_same_lease(&in, &out);
	assert_int_equal(wire_left(&r), 0);
}

static void unknown_kinds_are_skipped_only_when_marked_so(void **state)
{
	static const uint8_t skippable[] = { 0, 3, 0x81, 1, 2 };
	static const uint8_t needed[] = { 0, 3, 0x04, 1, 2 };
	struct wire_reader r = wire_reader(skippable, sizeof(skippable));
	struct lease out;

	(void)state;
	assert_int_equal(lease_decode(&r, &out), -ENOMSG);
	assert_int_equal(wire_left(&r), 0);
	assert_int_equal(record_decode(needed, sizeof(needed), &out),
			 -EPROTONOSUPPORT);
}

static void decoder_rejects_values_out_of_range(void **state)
{
	static const struct {
		size_t offset;
		uint8_t value;
	} bad[] = {
		{ 3, LEASE_STATE_COUNT },
		{ 3, 255 },
		{ 5, 17 },
		{ 61, 17 },
		{ 61, 255 },
	};
	struct lease in = small_lease(0x0a000001, 1), out;
	uint8_t record[LEASE_RECORD_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		record_encode(&in, record);
		record[bad[i].offset] = bad[i].value;
		assert_int_equal(record_decode(record, LEASE4_MIN, &out),
				 -EBADMSG);
	}
}

static void encoder_refuses_and_leaves_the_writer_alone(void **state)
{
	struct lease l = full_lease();
	uint8_t record[LEASE_RECORD_MAX];
	struct wire_writer w = wire_writer(record, LEASE4_MAX - 1);

	(void)state;
	assert_int_equal(lease_encode(&l, &w), -EMSGSIZE);
	assert_int_equal(wire_len(&w), 0);
	assert_false(w.failed);
	w = wire_writer(record, sizeof(record));
	l.relay_path_len = LEASE_RELAY_PATH_MAX + 1;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	l.hlen = 17;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	l.state = LEASE_STATE_COUNT;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	l = full_lease();
	l.client_id = NULL;
	assert_int_equal(lease_encode(&l, &w), -EINVAL);
	assert_int_equal(wire_len(&w), 0);
}

static void every_state_has_a_name(void **state)
{
	unsigned int i, j;

	(void)state;
	for (i = 0; i < LEASE_STATE_COUNT; i++) {
		for (j = 0; j < i; j++)
			assert_string_not_equal(lease_state_name(i),
						lease_state_name(j));
	}
	assert_string_equal(lease_state_name(LEASE_ACTIVE), "active");
	assert_string_equal(lease_state_name(LEASE_STATE_COUNT), "unknown");
	assert_string_equal(lease_state_name((enum lease_state) - 1),
			    "unknown");
}

static void epoch_goes_before_version_which_goes_round(void **state)
{
	struct lease held = small_lease(1, 10), later = small_lease(1, 2);

	(void)state;
	assert_false(lease_supersedes(&later, &held));
	later.epoch = 2;
	assert_true(lease_supersedes(&later, &held));
	assert_true(lease_supersedes(&held, &held));
	held = small_lease(1, UINT32_MAX);
	later = small_lease(1, 0);
	assert_true(lease_supersedes(&later, &held));
	assert_false(lease_supersedes(&held, &later));
}

/* ---- memory store ---- */

struct found {
	unsigned int count;
	struct lease last;
};

static int remember(void *arg, const struct lease *lease)
{
	struct found *found = arg;

	found->count++;
	found->last = *lease;
	return 0;
}

static struct found look_into(struct lease_store *s)
{
	struct found found = { 0 };

	assert_int_equal(lease_store_load(s, remember, &found), 0);
	return found;
}

static bool is_readable(struct lease_store *s)
{
	struct pollfd p = { .fd = lease_store_event_fd(s), .events = POLLIN };

	return poll(&p, 1, 0) == 1;
}

static uint64_t submit(struct lease_store *s, struct lease lease)
{
	uint64_t ticket = 0;

	assert_int_equal(lease_store_submit(s, &lease, 1, &ticket), 0);
	return ticket;
}

static void assert_next(struct lease_store *s, uint64_t ticket,
			enum lease_result result)
{
	struct lease_completion done;

	assert_int_equal(lease_store_next(s, &done), 1);
	assert_int_equal(done.ticket, ticket);
	assert_int_equal(done.result, result);
	assert_int_equal(done.results[done.count - 1], result);
}

static void assert_no_next(struct lease_store *s)
{
	struct lease_completion done;

	assert_int_equal(lease_store_next(s, &done), 0);
	assert_false(is_readable(s));
}

static void memory_store_completes_and_keeps(void **state)
{
	struct lease_store *s;

	(void)state;
	assert_int_equal(lease_memory_open(&s), 0);
	assert_false(is_readable(s));
	assert_int_equal(submit(s, small_lease(1, 1)), 1);
	assert_int_equal(submit(s, small_lease(1, 2)), 2);
	assert_true(is_readable(s));
	assert_next(s, 1, LEASE_RESULT_OK);
	assert_true(is_readable(s));
	assert_next(s, 2, LEASE_RESULT_OK);
	assert_no_next(s);
	assert_int_equal(look_into(s).count, 1);
	assert_int_equal(look_into(s).last.version, 2);
	lease_store_close(s);
}

static void memory_store_reports_a_conflict_per_record(void **state)
{
	struct lease two[] = { small_lease(1, 1), small_lease(2, 1) };
	struct lease_completion done;
	struct lease_store *s;
	uint64_t ticket;

	(void)state;
	assert_int_equal(lease_memory_open(&s), 0);
	submit(s, small_lease(1, 5));
	assert_next(s, 1, LEASE_RESULT_OK);
	assert_int_equal(lease_store_submit(s, two, 2, &ticket), 0);
	assert_int_equal(lease_store_next(s, &done), 1);
	assert_int_equal(done.result, LEASE_RESULT_CONFLICT);
	assert_int_equal(done.results[0], LEASE_RESULT_CONFLICT);
	assert_int_equal(done.results[1], LEASE_RESULT_OK);
	lease_store_close(s);
}

static void a_failure_aborts_what_was_submitted_before_it_was_seen(void **state)
{
	struct lease_store *s;

	(void)state;
	assert_int_equal(lease_memory_open(&s), 0);
	lease_memory_hold(s, true);
	submit(s, small_lease(1, 1));
	lease_memory_fail_next(s, 1);
	submit(s, small_lease(2, 1));
	submit(s, small_lease(3, 1));
	assert_false(is_readable(s));
	lease_memory_hold(s, false);
	submit(s, small_lease(4, 1));
	assert_next(s, 1, LEASE_RESULT_OK);
	assert_next(s, 2, LEASE_RESULT_ERROR);
	assert_next(s, 3, LEASE_RESULT_ABORTED);
	assert_next(s, 4, LEASE_RESULT_ABORTED);
	submit(s, small_lease(5, 1));
	assert_next(s, 5, LEASE_RESULT_OK);
	assert_no_next(s);
	assert_int_equal(look_into(s).count, 2);
	lease_store_close(s);
}

static void memory_store_bounds_what_is_pending(void **state)
{
	struct lease lease = small_lease(1, 1);
	struct lease_store *s;
	uint64_t ticket;
	unsigned int i;

	(void)state;
	assert_int_equal(lease_memory_open(&s), 0);
	lease_memory_hold(s, true);
	for (i = 0; i < lease_store_depth(s); i++)
		submit(s, small_lease(i, 1));
	assert_int_equal(lease_store_submit(s, &lease, 1, &ticket), -EBUSY);
	lease_store_close(s);
}

static void snapshot_mends_a_failed_memory_store(void **state)
{
	struct lease keep = small_lease(2, 9);
	struct lease_store *s;
	uint64_t ticket;

	(void)state;
	assert_int_equal(lease_memory_open(&s), 0);
	submit(s, small_lease(1, 1));
	lease_memory_set_failed(s);
	assert_int_equal(lease_store_submit(s, &keep, 1, &ticket), -EIO);
	assert_true(lease_store_wants_snapshot(s));
	assert_int_equal(lease_store_snapshot_begin(s), -EBUSY);
	assert_next(s, 1, LEASE_RESULT_OK);
	assert_int_equal(lease_store_snapshot_begin(s), 0);
	assert_int_equal(lease_store_snapshot_add(s, &keep, 1), 0);
	assert_int_equal(lease_store_snapshot_end(s), 0);
	assert_false(lease_store_wants_snapshot(s));
	assert_int_equal(look_into(s).count, 1);
	assert_int_equal(look_into(s).last.version, 9);
	assert_int_equal(submit(s, small_lease(3, 1)), 2);
	lease_store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(largest_record_survives_the_round_trip),
		cmocka_unit_test(smallest_record_survives_the_round_trip),
		cmocka_unit_test(octets_are_those_of_the_document),
		cmocka_unit_test(decoder_rejects_every_truncation),
		cmocka_unit_test(
			decoder_steps_over_what_a_later_version_appended),
		cmocka_unit_test(unknown_kinds_are_skipped_only_when_marked_so),
		cmocka_unit_test(decoder_rejects_values_out_of_range),
		cmocka_unit_test(encoder_refuses_and_leaves_the_writer_alone),
		cmocka_unit_test(every_state_has_a_name),
		cmocka_unit_test(epoch_goes_before_version_which_goes_round),
		cmocka_unit_test(memory_store_completes_and_keeps),
		cmocka_unit_test(memory_store_reports_a_conflict_per_record),
		cmocka_unit_test(
			a_failure_aborts_what_was_submitted_before_it_was_seen),
		cmocka_unit_test(memory_store_bounds_what_is_pending),
		cmocka_unit_test(snapshot_mends_a_failed_memory_store),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
