/* SPDX-License-Identifier: BSD-2-Clause */
#include "hands_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "dhcp4o6/base/log.h"
#include "ip_json.h"
#include "own_netns.h"
#include "skip.h"

#define LIMIT_S 40 /* for a process that hangs */

struct head head;
struct hands_slot_config hands_fixture_slot;
bool hands_fixture_waits_for_link;

static bool have_netns;
static char script[64] = "/tmp/dhcp4o6-hands-XXXXXX";

void hands_head_next(enum hands_event_type type)
{
	do {
		CHECK(!hands_next_event(head.events, &head.event));
	} while (head.event.type != type);
}

struct hands_request *hands_head_request(enum hands_request_type type)
{
	struct hands_request *q = &head.request;

	memset(q, 0, offsetof(struct hands_request, route));
	q->type = type;
	q->ifindex = head.ifindex;
	return q;
}

int hands_head_ask(enum hands_request_type type)
{
	return hands_ask(head.requests, hands_head_request(type), NULL);
}

void hands_head_learn(int events, int requests)
{
	alarm(LIMIT_S);
	head.events = events;
	head.requests = requests;
	hands_head_next(HANDS_LINK);
	CHECK(strcmp(head.event.link.name, "c0") == 0);
	CHECK(head.event.slot == 0);
	head.ifindex = head.event.ifindex;
	CHECK(head.ifindex == head.event.link.ifindex);
}

void hands_fixture_need_netns(void)
{
	if (!have_netns)
		skip_case("no network namespace of our own");
}

int hands_fixture_serve(hands_head *run, void *arg)
{
	struct daemon_args args = { .foreground = true, .quiet = true };
	struct startup startup = { .program = &client_program4,
				   .args = &args,
				   .ready_fd = -1 };
	static const char *const env[] = { "EXTRA=val" };
	const struct hands_config config = {
		.startup = &startup,
		.slots = &hands_fixture_slot,
		.slot_count = 1,
		.env = env,
		.env_count = 1,
		.port = HANDS_PORT,
		.waits_for_link = hands_fixture_waits_for_link,
	};
	int result;

	alarm(LIMIT_S);
	result = hands_serve(&config, NULL, 0, run, arg);
	alarm(0);
	return result;
}

int hands_fixture_setup(void **state)
{
	(void)state;
	if (!have_netns)
		return 0;
	ip_run("ip link add c0 type veth peer name s0");
	ip_run("ip link set s0 up");
	/* No reason to wait for it here: there is no other host. */
	ip_run("sysctl -qw net.ipv6.conf.c0.accept_dad=0");
	hands_fixture_slot = (struct hands_slot_config){
		.name = "c0",
		.script = script,
	};
	hands_fixture_waits_for_link = false;
	return 0;
}

int hands_fixture_teardown(void **state)
{
	(void)state;
	if (have_netns)
		return system("ip link del s0");
	return 0;
}

int hands_fixture_begin(void **state)
{
	int fd = mkstemp(script);

	(void)state;
	if (fd < 0 || fchmod(fd, 0755))
		return -1;
	dprintf(fd, "#!/bin/sh\n"
		    "[ \"$EXTRA\" = val ] || exit 99\n"
		    "[ -z \"$new_sleep\" ] || sleep \"$new_sleep\"\n"
		    "exit \"${new_status:-0}\"\n");
	close(fd);
	log_open(NULL, LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	have_netns = own_netns_enter() == 0;
	return 0;
}

int hands_fixture_end(void **state)
{
	(void)state;
	return unlink(script);
}
