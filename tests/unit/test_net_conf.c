/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses and links set in a namespace of our own, and read back with `ip':
 * on each kind of interface that a client may be told to configure.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dhcp4o6/net/net_conf.h"
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

/* False if this kernel has none. */
static bool begin(size_t kind)
{
	if (!x0_create(kind))
		return false;
	assert_int_equal(net_conf_open(&conf), 0);
	return true;
}

static void end(void)
{
	net_conf_close(conf);
	conf = NULL;
	x0_remove();
}

static struct net_conf_addr v4(const char *text, uint8_t prefix_len)
{
	struct net_conf_addr addr = { .ifindex = ip_ifindex("x0"),
				      .family = AF_INET,
				      .prefix_len = prefix_len,
				      .preferred_s = 600,
				      .valid_s = 900 };

	assert_int_equal(inet_pton(AF_INET, text, &addr.v4), 1);
	return addr;
}

static struct net_conf_addr v6(const char *text)
{
	struct net_conf_addr addr = { .ifindex = ip_ifindex("x0"),
				      .family = AF_INET6,
				      .prefix_len = 128,
				      .no_prefix_route = true,
				      .preferred_s = 600,
				      .valid_s = 900 };

	assert_int_equal(inet_pton(AF_INET6, text, &addr.v6), 1);
	return addr;
}

static json_int_t number(json_t *entry, const char *name)
{
	return json_integer_value(json_object_get(entry, name));
}

static void assert_addr(const char *text, uint8_t prefix_len,
			json_int_t preferred_s, json_int_t valid_s)
{
	json_t *all, *entry = ip_find_addr("x0", text, &all);

	assert_non_null(entry);
	assert_int_equal(number(entry, "prefixlen"), prefix_len);
	assert_in_range(number(entry, "preferred_life_time"),
			preferred_s > 3 ? preferred_s - 3 : 0, preferred_s);
	assert_in_range(number(entry, "valid_life_time"), valid_s - 3, valid_s);
	json_decref(all);
}

static void assert_no_addr(const char *text)
{
	json_t *all;

	assert_null(ip_find_addr("x0", text, &all));
	json_decref(all);
}

/* "" if there is none. */
static void assert_broadcast(const char *text, const char *broadcast)
{
	json_t *all, *entry = ip_find_addr("x0", text, &all);
	const char *found =
		json_string_value(json_object_get(entry, "broadcast"));

	assert_non_null(entry);
	assert_string_equal(found ? found : "", broadcast);
	json_decref(all);
}

static void ipv4_address_comes_changes_and_goes(void **state)
{
	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	for (size_t i = 0; i < X0_KINDS; i++) {
		struct net_conf_addr addr;

		if (!begin(i))
			continue;
		addr = v4("192.0.2.5", 24);
		assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
		inet_pton(AF_INET, "192.0.2.255", &addr.broadcast);
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_addr("192.0.2.5", 24, 600, 900);
		assert_broadcast("192.0.2.5", "192.0.2.255");
		assert_string_equal(
			ip_routes("dev x0"),
			"192.0.2.0/24 proto kernel scope link src 192.0.2.5"
			"\n");
		addr.preferred_s = 0; /* deprecated, as nobody would here */
		addr.valid_s = 1200;
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_addr("192.0.2.5", 24, 0, 1200);
		addr.preferred_s = addr.valid_s = NET_CONF_FOREVER;
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_addr("192.0.2.5", 24, UINT32_MAX, UINT32_MAX);
		assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
		assert_no_addr("192.0.2.5");
		assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
		end();
	}
}

static void what_cannot_be_changed_in_place_is_put_anew(void **state)
{
	struct net_conf_addr addr;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	for (size_t i = 0; i < X0_KINDS; i++) {
		if (!begin(i))
			continue;
		addr = v4("192.0.2.5", 24);
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_broadcast("192.0.2.5", "");
		inet_pton(AF_INET, "192.0.2.255", &addr.broadcast);
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_broadcast("192.0.2.5", "192.0.2.255");
		addr.no_prefix_route = true;
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_string_equal(ip_routes("dev x0"), "");
		addr.no_prefix_route = false;
		addr.broadcast.s_addr = 0;
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_broadcast("192.0.2.5", "");
		assert_true(*ip_routes("dev x0") != '\0');
		assert_addr("192.0.2.5", 24, 600, 900);
		/* A leftover of SLAAC or of somebody's hand. */
		ip_run("ip addr add 2001:db8::5/64 dev x0 nodad");
		addr = v6("2001:db8::5");
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_addr("2001:db8::5", 128, 600, 900);
		end();
	}
}

/* A lease whose netmask changes: the new one is put, the old one removed. */
static void prefix_lengths_of_an_address_stand_side_by_side(void **state)
{
	struct net_conf_addr old, new;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	old = v4("192.0.2.5", 24);
	new = v4("192.0.2.5", 25);
	assert_int_equal(net_conf_put_addr(conf, &old), 0);
	assert_int_equal(net_conf_put_addr(conf, &new), 0);
	assert_int_equal(net_conf_remove_addr(conf, &old), 0);
	assert_addr("192.0.2.5", 25, 600, 900);
	assert_int_equal(net_conf_remove_addr(conf, &old), 0);
	assert_addr("192.0.2.5", 25, 600, 900);
	end();
}

static void ipv6_address_comes_changes_and_goes(void **state)
{
	struct net_conf_addr addr;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	for (size_t i = 0; i < X0_KINDS; i++) {
		if (!begin(i))
			continue;
		addr = v6("2001:db8::5");
		assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_addr("2001:db8::5", 128, 600, 900);
		addr.valid_s = 1200;
		addr.preferred_s = 0;
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_addr("2001:db8::5", 128, 0, 1200);
		addr.preferred_s = addr.valid_s = NET_CONF_FOREVER;
		assert_int_equal(net_conf_put_addr(conf, &addr), 0);
		assert_addr("2001:db8::5", 128, UINT32_MAX, UINT32_MAX);
		assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
		assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
		assert_no_addr("2001:db8::5");
		end();
	}
}

static void a_lifetime_that_ends_takes_the_address_along(void **state)
{
	struct net_conf_addr addr;
	unsigned int tries;
	json_t *all, *entry = NULL;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	addr = v4("192.0.2.5", 24);
	addr.preferred_s = addr.valid_s = 1;
	assert_int_equal(net_conf_put_addr(conf, &addr), 0);
	for (tries = 0; tries < 100; tries++) {
		entry = ip_find_addr("x0", "192.0.2.5", &all);
		json_decref(all);
		if (!entry)
			break;
		usleep(100000);
	}
	assert_null(entry);
	end();
}

static json_int_t mtu_of(const char *name)
{
	char command[64];
	json_int_t mtu;
	json_t *all;

	snprintf(command, sizeof(command), "ip -j link show dev %s", name);
	all = ip_json(command);
	mtu = number(json_array_get(all, 0), "mtu");
	json_decref(all);
	return mtu;
}

static void links_go_up_and_change_their_mtu(void **state)
{
	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	for (size_t i = 0; i < X0_KINDS; i++) {
		uint32_t x0;

		if (!begin(i))
			continue;
		x0 = ip_ifindex("x0");
		ip_run("ip link set x0 down");
		assert_int_equal(net_conf_set_up(conf, x0), 0);
		assert_int_equal(net_conf_set_up(conf, x0), 0);
		ip_run("ip link show dev x0 | grep -q '[<,]UP[,>]'");
		assert_int_equal(net_conf_set_mtu(conf, x0, 1400), 0);
		assert_int_equal(net_conf_set_mtu(conf, x0, 1400), 0);
		assert_int_equal(mtu_of("x0"), 1400);
		if (i != X0_DUMMY) { /* which has no bounds */
			assert_int_equal(net_conf_set_mtu(conf, x0, 100000),
					 -EINVAL);
			assert_int_equal(net_conf_set_mtu(conf, x0, 10),
					 -EINVAL);
		}
		assert_int_equal(mtu_of("x0"), 1400);
		end();
	}
}

static void what_makes_no_sense_is_not_asked(void **state)
{
	struct net_conf_addr addr, good;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	good = v4("192.0.2.5", 24);
#define REFUSED(field, value)                                              \
	do {                                                               \
		addr = good;                                               \
		addr.field = (value);                                      \
		assert_int_equal(net_conf_put_addr(conf, &addr), -EINVAL); \
	} while (0)
	REFUSED(ifindex, 0);
	REFUSED(ifindex, UINT32_MAX);
	REFUSED(family, AF_UNIX);
	REFUSED(prefix_len, 33);
	REFUSED(v4.s_addr, 0);
	REFUSED(v4.s_addr, htonl(0x00000205));
	REFUSED(v4.s_addr, htonl(0xe0000005));
	REFUSED(v4.s_addr, INADDR_BROADCAST);
	REFUSED(valid_s, 0);
	REFUSED(preferred_s, 901);
	good = v6("2001:db8::5");
	REFUSED(prefix_len, 129);
	good = v6("ff02::1");
	REFUSED(prefix_len, 128);
#undef REFUSED
	assert_int_equal(net_conf_set_up(conf, 0), -EINVAL);
	assert_int_equal(net_conf_set_mtu(conf, 0, 1400), -EINVAL);
	assert_int_equal(net_conf_set_mtu(conf, 1, 0), -EINVAL);
	end();
}

static void errors_have_names_and_the_kernels_words(void **state)
{
	struct net_conf_addr addr;
	uint32_t gone;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	assert_true(begin(X0_VETH));
	gone = ip_ifindex("x0") + 1000;
	addr = v4("192.0.2.5", 24);
	addr.ifindex = gone;
	assert_int_equal(net_conf_put_addr(conf, &addr), -ENODEV);
	assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
	addr = v6("2001:db8::5");
	addr.ifindex = gone;
	assert_int_equal(net_conf_put_addr(conf, &addr), -ENODEV);
	assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
	assert_int_equal(net_conf_set_up(conf, gone), -ENODEV);
	assert_int_equal(net_conf_set_mtu(conf, gone, 1400), -ENODEV);
	assert_int_equal(net_conf_set_mtu(conf, ip_ifindex("x0"), 100000),
			 -EINVAL);
	assert_non_null(strstr(net_conf_text(conf), "mtu"));
	assert_int_equal(net_conf_set_mtu(conf, ip_ifindex("x0"), 1400), 0);
	assert_string_equal(net_conf_text(conf), "");
	/* Too small for IPv6, which such an interface does not have at all. */
	ip_run("ip link set x0 mtu 1000");
	addr = v6("2001:db8::5");
	assert_int_equal(net_conf_remove_addr(conf, &addr), 0);
	assert_true(net_conf_put_addr(conf, &addr) < 0);
	ip_run("ip link set x0 mtu 1500");
	if (!system("sysctl -qw net.ipv6.conf.x0.disable_ipv6=1 2>/dev/null")) {
		addr = v6("2001:db8::5");
		assert_int_equal(net_conf_put_addr(conf, &addr), -EACCES);
	}
	end();
}

static int try_without_privilege(void)
{
	struct net_conf_addr addr = { .ifindex = 1,
				      .family = AF_INET,
				      .prefix_len = 32,
				      .v4.s_addr = htonl(0xc0000205),
				      .preferred_s = 1,
				      .valid_s = 1 };
	struct net_conf_route4 route = { .prefix_len = 0 };
	struct net_conf *c;

	if (setgid(65534) || setuid(65534) || net_conf_open(&c))
		return 2;
	if (net_conf_put_addr(c, &addr) != -EPERM ||
	    net_conf_remove_addr(c, &addr) != -EPERM ||
	    net_conf_put_route4(c, 1, NET_CONF_MAIN, &route) != -EPERM ||
	    net_conf_set_up(c, 1) != -EPERM ||
	    net_conf_set_mtu(c, 1, 1400) != -EPERM)
		return 1;
	net_conf_close(c);
	return 0;
}

static void without_privilege_everything_is_eperm(void **state)
{
	int status = 1;
	pid_t pid;

	(void)state;
	if (!have_netns)
		skip_case("needs root, for a namespace");
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(try_without_privilege());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_address_comes_changes_and_goes),
		cmocka_unit_test(what_cannot_be_changed_in_place_is_put_anew),
		cmocka_unit_test(
			prefix_lengths_of_an_address_stand_side_by_side),
		cmocka_unit_test(ipv6_address_comes_changes_and_goes),
		cmocka_unit_test(a_lifetime_that_ends_takes_the_address_along),
		cmocka_unit_test(links_go_up_and_change_their_mtu),
		cmocka_unit_test(what_makes_no_sense_is_not_asked),
		cmocka_unit_test(errors_have_names_and_the_kernels_words),
		cmocka_unit_test(without_privilege_everything_is_eperm),
	};

	return cmocka_run_group_tests(tests, enter, NULL);
}
