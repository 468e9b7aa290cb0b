/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hands_fixture - hands and a head of straw in a network namespace of their
 * own, with the interface c0, whose other end is s0.
 */
#ifndef DHCP4O6_TESTS_HANDS_FIXTURE_H
#define DHCP4O6_TESTS_HANDS_FIXTURE_H

#include <stdio.h>
#include <unistd.h>

#include "../../daemon/client/hands.h"

#define HANDS_PORT 5546 /* of the client; 546 may be in use */
#define HEAD_GOOD  5 /* what a head ends with when it found all as it should */

/* ---- in the head, which cannot fail as a test does ---- */

#define CHECK(condition)                                              \
	do {                                                          \
		if (!(condition)) {                                   \
			dprintf(STDERR_FILENO, "head: line %d: %s\n", \
				__LINE__, #condition);                \
			_exit(9);                                     \
		}                                                     \
	} while (0)

struct head {
	int events;
	int requests;
	uint32_t ifindex;
	struct hands_request request;
	struct hands_event event;
};

extern struct head head;

/* Takes the descriptors and what is told of c0. */
void hands_head_learn(int events, int requests);
/* Up to one of that type, which is head.event then. */
void hands_head_next(enum hands_event_type type);
/* head.request, of that type, about c0. */
struct hands_request *hands_head_request(enum hands_request_type type);
int hands_head_ask(enum hands_request_type type);

/* ---- in the test ---- */

/* Of the one slot: c0 and a script that exits with $new_status after
 * $new_sleep seconds; each test starts with these. */
extern struct hands_slot_config hands_fixture_slot;
extern bool hands_fixture_waits_for_link;

int hands_fixture_begin(void **state); /* of the group */
int hands_fixture_end(void **state);
int hands_fixture_setup(void **state); /* of a test */
int hands_fixture_teardown(void **state);
/* Skips the case where there is no namespace. */
void hands_fixture_need_netns(void);
/* hands_serve() with that head. */
int hands_fixture_serve(hands_head *run, void *arg);

#endif /* DHCP4O6_TESTS_HANDS_FIXTURE_H */
