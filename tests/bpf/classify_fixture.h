/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * classify_fixture - what the tests of the classifier's verdicts share: one
 * classifier with a socket to hand queries to, and the frame that is next.
 */
#ifndef TESTS_BPF_CLASSIFY_FIXTURE_H
#define TESTS_BPF_CLASSIFY_FIXTURE_H

#include "fixture.h"

#define FRAME_SIZE 4096

extern struct classifier *classifier;
extern uint8_t frame[FRAME_SIZE];

/* For cmocka_run_group_tests(). */
int open_classifier(void **state);
int close_classifier(void **state);

/*
 * What becomes of frame[0..len). Asserts that one counter moved, by one, and
 * that the program's answer goes with it.
 */
enum d4o6_reason classify(size_t len);
void expect(size_t len, enum d4o6_reason reason);

/* Makes `frame` the shortest query with these addresses; its length. */
size_t query_frame(const struct frame_addr *addr);
void expect_query(const struct frame_addr *addr, enum d4o6_reason reason);

#endif /* TESTS_BPF_CLASSIFY_FIXTURE_H */
