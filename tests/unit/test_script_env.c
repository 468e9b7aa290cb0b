/* SPDX-License-Identifier: BSD-2-Clause */
/* What a script is told for which reason, and what hands take for that. */
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

#include "../../daemon/client/script_env.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

#define V4 CONF_OPTIONS_DHCP4
#define V6 CONF_OPTIONS_DHCP6

static struct script_env env, copy;
static struct client_lease4 lease4, former4;
static struct client_lease6 lease6, former6;

static struct script_call call = {
	.interface = "c0",
	.pid = 21,
	.dad_wait_s = 0,
};

static int setup(void **state)
{
	(void)state;
	lease4 = (struct client_lease4){
		.expire = { .s = 1795600150 },
	};
	inet_pton(AF_INET, "192.0.2.50", &lease4.addr);
	inet_pton(AF_INET, "192.0.2.9", &lease4.next_server);
	inet_pton(AF_INET6, "2001:db8::1", &lease4.server6);
	former4 = (struct client_lease4){ .expire = { .s = 5 } };
	inet_pton(AF_INET, "192.0.2.7", &former4.addr);
	lease6 = (struct client_lease6){
		.ia_count = 2,
		.ia = { { .code = DHCP6_OPT_IA_NA,
			  .iaid = 0x1cd5ab41,
			  .starts = { .s = 1795600145 },
			  .t1_s = 6,
			  .t2_s = 10,
			  .item_count = 1,
			  .item = { { .prefix_len = 128,
				      .starts = { .s = 1795600146 },
				      .preferred_s = 12,
				      .valid_s = 20 } } },
			{ .code = DHCP6_OPT_IA_PD,
			  .iaid = 7,
			  .item_count = 1,
			  .item = { { .prefix_len = 48,
				      .preferred_s = 4294967295U,
				      .valid_s = 4294967295U } } } },
	};
	inet_pton(AF_INET6, "2001:db8:1::1fd", &lease6.ia[0].item[0].addr);
	inet_pton(AF_INET6, "2001:db8:8fff::", &lease6.ia[1].item[0].addr);
	former6 = lease6;
	call.requested_count = 0;
	return 0;
}

/* The whole list, in its order. */
static void assert_env(const char *const lines[])
{
	const char *at = NULL;
	size_t i;

	for (i = 0; lines[i]; i++) {
		at = script_env_next(&env, at);
		assert_non_null(at);
		assert_string_equal(at, lines[i]);
	}
	assert_null(script_env_next(&env, at));
	assert_int_equal(env.count, i);
}

static bool has(const char *line)
{
	const char *at;

	for (at = script_env_next(&env, NULL); at;
	     at = script_env_next(&env, at)) {
		if (strcmp(at, line) == 0)
			return true;
	}
	return false;
}

static bool has_name_like(const char *prefix)
{
	const char *at;

	for (at = script_env_next(&env, NULL); at;
	     at = script_env_next(&env, at)) {
		if (strncmp(at, prefix, strlen(prefix)) == 0)
			return true;
	}
	return false;
}

static void fill4(enum script_reason reason, bool has_former)
{
	const struct script_lease4 now = { .lease = &lease4 };
	const struct script_lease4 before = { .lease = &former4 };

	call.reason = reason;
	script_env_fill4(&env, &call, &now, has_former ? &before : NULL);
}

static void fill6(enum script_reason reason, size_t ia, bool has_former)
{
	const struct script_lease6 now = { .lease = &lease6,
					   .ia = &lease6.ia[ia],
					   .item = &lease6.ia[ia].item[0],
					   .addr_len = 128 };
	struct script_lease6 before = now;

	before.lease = &former6;
	call.reason = reason;
	script_env_fill6(&env, &call, &now, has_former ? &before : NULL);
}

static void a_new_lease_is_told_as_dhclient_does_and_as_4o6(void **state)
{
	static const struct client_conf_code asked[] = { { V4, 1 },
							 { V4, 121 },
							 { V4, 250 } };

	(void)state;
	client_options_set(&lease4.options, V4, 1, "\xff\xff\xff\0", 4);
	client_options_set(&lease4.options, V4, 28, "\xc0\0\2\xfe", 4);
	call.requested = asked;
	call.requested_count = 3;
	fill4(SCRIPT_BOUND, false);
	assert_env((const char *const[]){
		"reason=BOUND", "interface=c0", "pid=21", "dad_wait_time=0",
		"new_ip_address=192.0.2.50", "new_network_number=192.0.2.0",
		"new_expiry=1795600150", "new_dhcp4o6=1",
		"new_dhcp4o6_server=2001:db8::1", "new_next_server=192.0.2.9",
		"new_subnet_mask=255.255.255.0",
		"new_broadcast_address=192.0.2.254", "requested_subnet_mask=1",
		"requested_rfc3442_classless_static_routes=1",
		"requested_unknown_250=1", NULL });
}

static void what_no_option_says_follows_from_the_mask(void **state)
{
	(void)state;
	client_options_set(&lease4.options, V4, 1, "\xff\xff\xf0\0", 4);
	lease4.expire.s = CLIENT_TIME_NEVER;
	lease4.server6 = in6addr_any;
	lease4.next_server.s_addr = 0;
	fill4(SCRIPT_REBOOT, false);
	assert_env((const char *const[]){
		"reason=REBOOT", "interface=c0", "pid=21", "dad_wait_time=0",
		"new_ip_address=192.0.2.50", "new_network_number=192.0.0.0",
		"new_broadcast_address=192.0.15.255", "new_expiry=4294967295",
		"new_dhcp4o6=1", "new_subnet_mask=255.255.240.0", NULL });
	client_options_clear(&lease4.options);
	fill4(SCRIPT_BOUND, false);
	assert_false(has_name_like("new_network_number="));
	assert_false(has_name_like("new_broadcast_address="));
}

/* What applies may be other than what the server sent: `supersede'. */
static void options_that_apply_go_before_those_of_the_lease(void **state)
{
	static struct client_options own;
	const struct script_lease4 now = { .lease = &lease4, .options = &own };

	(void)state;
	client_options_clear(&own);
	client_options_set(&own, V4, 12, "mine", 4);
	client_options_set(&lease4.options, V4, 12, "theirs", 6);
	call.reason = SCRIPT_BOUND;
	script_env_fill4(&env, &call, &now, NULL);
	assert_true(has("new_host_name=mine"));
	assert_false(has("new_host_name=theirs"));
}

static void each_reason_has_its_prefixes(void **state)
{
	static const struct {
		enum script_reason reason;
		const char *name;
		const char *now;    /* NULL: not told */
		const char *before; /* NULL: not told */
	} rows[] = {
		{ SCRIPT_PREINIT, "PREINIT", NULL, NULL },
		{ SCRIPT_BOUND, "BOUND", "new_", "old_" },
		{ SCRIPT_RENEW, "RENEW", "new_", "old_" },
		{ SCRIPT_REBIND, "REBIND", "new_", "old_" },
		{ SCRIPT_REBOOT, "REBOOT", "new_", "old_" },
		{ SCRIPT_EXPIRE, "EXPIRE", "old_", NULL },
		{ SCRIPT_FAIL, "FAIL", NULL, NULL },
		{ SCRIPT_TIMEOUT, "TIMEOUT", "new_", NULL },
		{ SCRIPT_RELEASE, "RELEASE", "old_", NULL },
		{ SCRIPT_STOP, "STOP", "old_", NULL },
		{ SCRIPT_PREINIT6, "PREINIT6", NULL, NULL },
		{ SCRIPT_BOUND6, "BOUND6", "new_", "old_" },
		{ SCRIPT_RENEW6, "RENEW6", "new_", "old_" },
		{ SCRIPT_REBIND6, "REBIND6", "new_", "old_" },
		{ SCRIPT_DEPREF6, "DEPREF6", "cur_", NULL },
		{ SCRIPT_EXPIRE6, "EXPIRE6", "old_", NULL },
		{ SCRIPT_RELEASE6, "RELEASE6", "old_", NULL },
		{ SCRIPT_STOP6, "STOP6", "old_", NULL },
	};
	static const char *const prefixes[] = { "new_", "old_", "cur_" };
	size_t i, k;
	bool wanted;

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), SCRIPT_REASON_COUNT);
	for (i = 0; i < SCRIPT_REASON_COUNT; i++) {
		assert_string_equal(script_reason_name(rows[i].reason),
				    rows[i].name);
		if (rows[i].reason < SCRIPT_PREINIT6)
			fill4(rows[i].reason, true);
		else
			fill6(rows[i].reason, 0, true);
		for (k = 0; k < 3; k++) {
			wanted = (rows[i].now &&
				  !strcmp(prefixes[k], rows[i].now)) ||
				 (rows[i].before &&
				  !strcmp(prefixes[k], rows[i].before));
			if (has_name_like(prefixes[k]) != wanted)
				fail_msg("%s: %s", rows[i].name, prefixes[k]);
		}
		assert_int_equal(
			script_env_parse(&copy, "c0", env.text, env.used), 0);
	}
}

static void the_former_lease_is_told_behind_the_new_one(void **state)
{
	(void)state;
	fill4(SCRIPT_RENEW, true);
	assert_true(has("new_ip_address=192.0.2.50"));
	assert_true(has("old_ip_address=192.0.2.7"));
	assert_true(has("old_expiry=5"));
	assert_true(has("old_dhcp4o6=1"));
}

static void an_address_and_a_prefix_are_calls_of_their_own(void **state)
{
	(void)state;
	client_options_set(&lease6.options, V6, 7, "\xff", 1);
	fill6(SCRIPT_BOUND6, 0, false);
	assert_env((const char *const[]){
		"reason=BOUND6", "interface=c0", "pid=21", "dad_wait_time=0",
		"new_ip6_address=2001:db8:1::1fd", "new_ip6_prefixlen=128",
		"new_life_starts=1795600146", "new_preferred_life=12",
		"new_max_life=20", "new_iaid=1c:d5:ab:41",
		"new_starts=1795600145", "new_renew=6", "new_rebind=10",
		"new_dhcp6_preference=255", NULL });
	fill6(SCRIPT_EXPIRE6, 1, false);
	assert_env((const char *const[]){
		"reason=EXPIRE6", "interface=c0", "pid=21", "dad_wait_time=0",
		"old_ip6_prefix=2001:db8:8fff::/48", "old_life_starts=0",
		"old_preferred_life=4294967295", "old_max_life=4294967295",
		"old_iaid=00:00:00:07", "old_starts=0", "old_renew=0",
		"old_rebind=0", "old_dhcp6_preference=255", NULL });
}

static void a_stateless_client_has_options_alone(void **state)
{
	const struct script_lease6 now = { .lease = &lease6 };

	(void)state;
	client_options_set(&lease6.options, V6, 24, "\1a\1b\0", 5);
	call.reason = SCRIPT_RENEW6;
	call.dad_wait_s = 3;
	script_env_fill6(&env, &call, &now, NULL);
	call.dad_wait_s = 0;
	assert_env((const char *const[]){
		"reason=RENEW6", "interface=c0", "pid=21", "dad_wait_time=3",
		"new_dhcp6_domain_search=a.b.", NULL });
}

/* Both leases as full of octets as they can be, which take four each. */
static void what_finds_no_room_is_counted_and_is_not_the_address(void **state)
{
	static const uint16_t texts[] = { 14, 18, 56, 66 };
	static uint8_t body[2000];
	uint16_t code;

	(void)state;
	memset(body, 255, sizeof(body));
	for (code = 0; code < 4; code++) {
		client_options_set(&lease4.options, V4, texts[code], body,
				   2000);
		client_options_set(&former4.options, V4, texts[code], body,
				   2000);
	}
	for (code = 2000; code < 2248; code++)
		client_options_set(&lease4.options, V6, code, body, 1);
	fill4(SCRIPT_RENEW, true);
	assert_true(env.unroomed > 0);
	assert_int_equal(env.unsafe, 0);
	assert_true(env.used <= sizeof(env.text));
	assert_true(has("new_ip_address=192.0.2.50"));
	assert_true(has("new_dhcp4o6=1"));
	assert_int_equal(script_env_parse(&copy, "c0", env.text, env.used), 0);
	assert_int_equal(copy.count, env.count);
}

static void no_more_variables_than_there_is_room_for(void **state)
{
	static struct client_conf_code asked[SCRIPT_ENV_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < SCRIPT_ENV_MAX; i++) {
		asked[i].universe = V6;
		asked[i].code = (uint16_t)(3000 + i);
	}
	call.requested = asked;
	call.requested_count = SCRIPT_ENV_MAX;
	fill4(SCRIPT_FAIL, false);
	assert_int_equal(env.count, SCRIPT_ENV_MAX);
	assert_int_equal(env.unroomed, 4);
	assert_int_equal(script_env_parse(&copy, "c0", env.text, env.used), 0);
}

/* Whatever a server sends: what comes out is taken, and in one line. */
static void hands_take_whatever_a_lease_becomes(void **state)
{
	uint8_t body[64];
	uint16_t code;
	unsigned int i, k, n;
	size_t len;

	(void)state;
	srandom(4);
	for (i = 0; i < 10000; i++) {
		client_options_clear(&lease4.options);
		client_options_clear(&lease6.options);
		for (n = 0; n < 8; n++) {
			len = (size_t)random() % sizeof(body);
			for (k = 0; k < len; k++)
				body[k] = (uint8_t)(random() >> 4);
			code = (uint16_t)(random() % 256);
			client_options_set(&lease4.options, V4, code, body,
					   len);
			client_options_set(&lease6.options, V6, code, body,
					   len);
		}
		for (k = 0; k < sizeof(lease4.filename) - 1; k++)
			lease4.filename[k] = (char)random();
		if (i % 2)
			fill4(SCRIPT_RENEW, false);
		else
			fill6(SCRIPT_RENEW6, i % 4 / 2, false);
		assert_int_equal(
			script_env_parse(&copy, "c0", env.text, env.used), 0);
		for (k = 0; k < env.used; k++)
			assert_true(env.text[k] == '\0' ||
				    (env.text[k] >= ' ' && env.text[k] < 127));
	}
}

static int parse(const char *text, size_t len)
{
	return script_env_parse(&copy, "c0", text, len);
}

#define HEAD        "reason=BOUND\0interface=c0\0pid=1\0dad_wait_time=0\0"
#define PARSE(text) parse(text, sizeof(text) - 1) /* its own NUL not */

static void hands_take_no_variable_that_is_not_the_heads_to_set(void **state)
{
	static const char *const wrong[] = {
		"PATH=/tmp",
		"LD_PRELOAD=x",
		"new_=x",
		"new_a-b=x",
		"new_a b=x",
		"new_a",
		"=x",
		"",
		"IFS=x",
		"new_a=\x7f",
		"new_a=\n",
		"new_a=\xe9",
		"BASH_FUNC_x%%=x",
		"reason=BOUND",
		"medium=x",
		"old_=",
		"interface=c0",
		"new_\xe9=x",
		"cur_$(x)=x",
		"newa=x",
		/* Those of which is known what they may be. */
		"new_host_name=a;b",
		"old_domain_name=$(x)",
		"new_ip_address=$(x)",
		"cur_ip6_address=::1;x",
		"new_domain_name_servers=192.0.2.1;x",
		"new_filename=`x`",
		"new_ntp_servers=192.0.2.1 key x",
		"new_nis_servers=-x",
		"new_netbios_name_servers=$x",
		"new_dhcp6_sntp_servers=::1;x",
		"new_time_offset=3600;x",
		"old_expiry=x",
		"new_host_name=",
		"requested_x=2",
		"requested_x=",
	};
	char text[256];
	size_t i, len;

	(void)state;
	assert_int_equal(PARSE(HEAD), 0);
	assert_int_equal(PARSE(HEAD "new_a=b c;$(d)\0old_b=\0cur_c=1\0"
				    "requested_x=1\0"),
			 0);
	assert_int_equal(copy.count, 8);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memcpy(text, HEAD, sizeof(HEAD) - 1);
		len = sizeof(HEAD) - 1 + strlen(wrong[i]) + 1;
		strcpy(text + sizeof(HEAD) - 1, wrong[i]);
		if (parse(text, len) != -EINVAL)
			fail_msg("'%s' was taken", wrong[i]);
	}
}

static void hands_take_no_list_without_its_head(void **state)
{
	size_t len;

	(void)state;
	/* Every end but the whole one. */
	for (len = 0; len < sizeof(HEAD) - 1; len++)
		assert_int_equal(parse(HEAD, len), -EINVAL);
	assert_int_equal(PARSE("reason=BOUND\0interface=c1\0pid=1\0"
			       "dad_wait_time=0\0"),
			 -EINVAL);
	assert_int_equal(PARSE("reason=OTHER\0interface=c0\0pid=1\0"
			       "dad_wait_time=0\0"),
			 -EINVAL);
	assert_int_equal(PARSE("reason=BOUND\0interface=c0\0pid=\0"
			       "dad_wait_time=0\0"),
			 -EINVAL);
	assert_int_equal(PARSE("reason=BOUND\0interface=c0\0pid=1\0"
			       "dad_wait_time=$(x)\0"),
			 -EINVAL);
	assert_int_equal(PARSE("interface=c0\0reason=BOUND\0pid=1\0"
			       "dad_wait_time=0\0"),
			 -EINVAL);
	assert_int_equal(PARSE(HEAD "new_a=b"), -EINVAL);
}

int main(void)
{
#define ROW(test) cmocka_unit_test_setup(test, setup)
	const struct CMUnitTest tests[] = {
		ROW(a_new_lease_is_told_as_dhclient_does_and_as_4o6),
		ROW(what_no_option_says_follows_from_the_mask),
		ROW(options_that_apply_go_before_those_of_the_lease),
		ROW(each_reason_has_its_prefixes),
		ROW(the_former_lease_is_told_behind_the_new_one),
		ROW(an_address_and_a_prefix_are_calls_of_their_own),
		ROW(a_stateless_client_has_options_alone),
		ROW(what_finds_no_room_is_counted_and_is_not_the_address),
		ROW(no_more_variables_than_there_is_room_for),
		ROW(hands_take_whatever_a_lease_becomes),
		ROW(hands_take_no_variable_that_is_not_the_heads_to_set),
		ROW(hands_take_no_list_without_its_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
