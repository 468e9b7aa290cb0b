/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernels that are not as one would have them, in a namespace of our own: one
 * that does not answer (a filter on our own socket holds its answers back), one
 * that answers late, and one that lists more than it was asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <stdio.h>
#include <sys/socket.h>

#include "../../lib/net/net_conf_internal.h"
#include "dhcp4o6/base/clock.h"
#include "ip_json.h"
#include "own_netns.h"
#include "skip.h"
#include "x0.h"

static bool have_netns;
static struct net_conf *conf;

static int enter(void **state)
{
	(void)state;
	have_netns = own_netns_enter() == 0;
	return 0;
}

static void begin(void)
{
	assert_true(x0_create(X0_VETH));
	assert_int_equal(net_conf_open(&conf), 0);
}

static void end(void)
{
	net_conf_close(conf);
	x0_remove();
}

static void hold_answers_back(bool held)
{
	struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	struct sock_fprog program = { .len = 1, .filter = nothing };
	int fd = mnl_socket_get_fd(conf->socket), unused = 0;

	if (held)
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER,
					    &program, sizeof(program)),
				 0);
	else
		assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER,
					    &unused, sizeof(unused)),
				 0);
}

static struct net_conf_addr an_address(void)
{
	return (struct net_conf_addr){ .ifindex = ip_ifindex("x0"),
				       .family = AF_INET,
				       .prefix_len = 24,
				       .v4.s_addr = htonl(0xc0000205),
				       .preferred_s = 600,
				       .valid_s = 600 };
}

static void a_kernel_without_an_answer_is_given_up_in_time(void **state)
{
	struct net_conf_addr addr;
	struct mono_time began;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	addr = an_address();
	hold_answers_back(true);
	began = mono_now();
	assert_int_equal(net_conf_put_addr(conf, &addr), -ETIMEDOUT);
	assert_in_range(mono_diff_ms(mono_now(), began), NET_CONF_WAIT_MS - 100,
			NET_CONF_WAIT_MS + 2000);
	hold_answers_back(false);
	/* It was done all the same, and asking again is right. */
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	end();
}

/* The answer to what was given up waits in the socket. */
static void an_answer_to_another_question_is_not_taken_for_ours(void **state)
{
	struct net_conf_route4 route = { .prefix_len = 0 };
	struct net_conf_addr addr;
	struct net_question question;
	struct nlmsghdr *head;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	addr = an_address();
	/* An error of a single question, and a dump of many messages. */
	head = net_conf_begin(&question, RTM_GETADDR, NLM_F_ACK);
	head->nlmsg_seq = ++conf->seq;
	assert_true(mnl_socket_sendto(conf->socket, head, head->nlmsg_len) > 0);
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	head = net_conf_begin(&question, RTM_GETADDR, NLM_F_DUMP);
	mnl_nlmsg_put_extra_header(head, sizeof(struct ifaddrmsg));
	head->nlmsg_seq = ++conf->seq;
	assert_true(mnl_socket_sendto(conf->socket, head, head->nlmsg_len) > 0);
	addr.ifindex += 1000;
	assert_int_equal(net_conf_put_addr(conf, &addr), -ENODEV);
	assert_int_equal(net_conf_put_route4(conf, ip_ifindex("x0"),
					     NET_CONF_MAIN, &route),
			 0);
	end();
}

/* More of a kind than one reading holds. */
static void add_many(unsigned int net, const char *what)
{
	FILE *batch = popen("ip -batch -", "w");

	assert_non_null(batch);
	for (int i = 0; i <= NET_CONF_ROUTE_MAX; i++)
		fprintf(batch, "route add 10.%u.%d.%d/32 %s\n", net, i / 256,
			i % 256, what);
	assert_int_equal(pclose(batch), 0);
}

static int count_routes(const char *what)
{
	int count = 0;

	for (const char *at = ip_routes(what); *at; at++)
		count += *at == '\n';
	return count;
}

/* As before Linux 4.20: others are neither removed nor in the way. */
static void a_kernel_that_lists_everything_is_sorted_out(void **state)
{
	struct net_conf_route4 ours = { .prefix_len = 0 };
	int off = 0;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	begin();
	assert_int_equal(setsockopt(mnl_socket_get_fd(conf->socket),
				    SOL_NETLINK, NETLINK_GET_STRICT_CHK, &off,
				    sizeof(off)),
			 0);
	add_many(1, "dev y0 proto dhcp");
	add_many(2, "dev x0");
	add_many(3, "dev x0 proto dhcp table 1000");
	ip_run("ip route add 10.4.0.0/16 dev x0 proto dhcp");
	assert_int_equal(net_conf_put_routes4(conf, ip_ifindex("x0"),
					      NET_CONF_MAIN, &ours, 1),
			 0);
	assert_string_equal(ip_routes("dev x0 proto dhcp"),
			    "default scope link\n");
	assert_int_equal(net_conf_remove_route4(conf, ip_ifindex("x0"),
						NET_CONF_MAIN, &ours),
			 0);
	assert_string_equal(ip_routes("dev x0 proto dhcp"), "");
	assert_int_equal(count_routes("dev y0"), NET_CONF_ROUTE_MAX + 1);
	assert_int_equal(count_routes("dev x0"), NET_CONF_ROUTE_MAX + 1);
	assert_int_equal(count_routes("table 1000"), NET_CONF_ROUTE_MAX + 1);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_kernel_without_an_answer_is_given_up_in_time),
		cmocka_unit_test(
			an_answer_to_another_question_is_not_taken_for_ours),
		cmocka_unit_test(a_kernel_that_lists_everything_is_sorted_out),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
