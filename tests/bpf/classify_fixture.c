// SPDX-License-Identifier: BSD-2-Clause
#include "classify_fixture.h"

#include <linux/bpf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "dhcp4o6/xdp/afxdp.h"

struct classifier *classifier;
uint8_t frame[FRAME_SIZE];

static int program_fd;

int open_classifier(void **state)
{
	int fd;

	(void)state;
	classifier = fixture_open_classifier(&program_fd);
	fd = afxdp_make_socket();
	if (fd < 0)
		fixture_skip("no AF_XDP socket: %s", strerror(-fd));
	return classifier_put_xsk(classifier, 0, fd);
}

int close_classifier(void **state)
{
	(void)state;
	close(program_fd);
	classifier_close(classifier);
	return 0;
}

enum d4o6_reason classify(size_t len)
{
	struct fixture_verdict verdict =
		fixture_classify(classifier, program_fd, frame, len);

	assert_int_equal(verdict.counted, 1);
	assert_int_equal(verdict.action, verdict.reason == D4O6_REDIRECTED
						 ? XDP_REDIRECT
						 : XDP_PASS);
	return verdict.reason;
}

void expect(size_t len, enum d4o6_reason reason)
{
	assert_string_equal(classifier_stat_name(classify(len)),
			    classifier_stat_name(reason));
}

size_t query_frame(const struct frame_addr *addr)
{
	static const uint8_t query[] = { DHCP6_DHCPV4_QUERY, 0, 0, 0 };

	return fixture_frame(frame, sizeof(frame), addr, query, sizeof(query));
}

void expect_query(const struct frame_addr *addr, enum d4o6_reason reason)
{
	expect(query_frame(addr), reason);
}
