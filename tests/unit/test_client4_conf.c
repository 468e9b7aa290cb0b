/* SPDX-License-Identifier: BSD-2-Clause */
/* The DHCPv4 client under a dhclient.conf, from the text to the wire. */
#include "machine4_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf_fixture.h"
#include "dhcp4o6/lease/client_merge.h"

static struct client_conf *conf;

static void parse(const char *text)
{
	struct findings findings = { 0 };

	if (client_conf_parse(&conf, text, strlen(text), "test", count_finding,
			      &findings))
		fail_msg("%s", strbuf_text(&findings.text));
	strbuf_fini(&findings.text);
}

static int teardown(void **state)
{
	(void)state;
	client_conf_free(conf);
	conf = NULL;
	return 0;
}

/* A client of this interface, under the configuration. */
static void begin(const char *interface)
{
	life_begin(&(struct life_setup){ .seed = 1 });
	life.scope = *client_conf_scope(conf, interface);
	life_event(MACHINE4_ON_START, 0);
	if (!life.step.sends)
		life_wake();
	assert_sent(CLIENT4_DISCOVER);
}

/* As Debian's dhclient.conf has it. */
static const char debian[] =
	"option rfc3442-classless-static-routes code 121 ="
	" array of unsigned integer 8;\n"
	"send host-name = gethostname();\n"
	"request subnet-mask, broadcast-address, time-offset, routers,\n"
	"	domain-name, domain-name-servers, domain-search, host-name,\n"
	"	dhcp6.name-servers, dhcp6.domain-search, interface-mtu,\n"
	"	rfc3442-classless-static-routes, ntp-servers;\n";

static void the_file_of_debian_asks_for_what_it_asked_for(void **state)
{
	static const uint8_t list[] = {
		1, 28, 2, 3, 15, 6, 119, 12, 26, 121, 42
	};
	char name[256] = "";

	(void)state;
	assert_int_equal(gethostname(name, sizeof(name) - 1), 0);
	parse(debian);
	begin("eth0");
	assert_option(55, list, sizeof(list));
	assert_option(12, name, strlen(name));
	assert_int_equal(dhcp4_option(&got.dhcp4, 61).len, 15);
}

static void what_is_to_be_sent_is_sent_where_it_may_be(void **state)
{
	const uint8_t time[] = { 0, 0, 2, 88 };

	(void)state;
	parse("send dhcp-lease-time 600;\n"
	      "send dhcp-client-identifier 1:2:3:4;\n"
	      "interface \"eth0\" { send vendor-class-identifier \"cpe\"; }\n");
	begin("eth0");
	assert_option(51, time, 4);
	assert_option(60, "cpe", 3);
	assert_int_equal(dhcp4_option(&got.dhcp4, 61).data[0], 255);
	life_take(DHCP4_OFFER);
	assert_option(51, time, 4);
	life_take(DHCP4_ACK);
	life_event(MACHINE4_ON_RELEASE, NS_PER_S);
	assert_false(has(51) || has(60));
	begin("eth1");
	assert_false(has(60));
}

/* What is less is what every host takes: RFC 2132 section 9.10. */
static void a_size_of_less_than_576_octets_is_not_said(void **state)
{
	const uint8_t own[] = { 1252 >> 8, 1252 & 255 };
	const uint8_t least[] = { 576 >> 8, 576 & 255 };

	(void)state;
	parse("send dhcp-max-message-size 575;\n"
	      "interface \"eth1\" { send dhcp-max-message-size 576; }\n");
	begin("eth0");
	assert_option(57, own, 2);
	begin("eth1");
	assert_option(57, least, 2);
}

static void servers_are_chosen_as_the_file_says(void **state)
{
	struct answer offer = answer_of(DHCP4_OFFER);

	(void)state;
	parse("reject 10.10.10.2, 2001:db8::/32;\n"
	      "require subnet-mask, domain-name-servers;\n"
	      "select-timeout 3;\n");
	begin("eth0");
	offer.server = SERVER_B;
	assert_int_equal(life_answer(&offer), DROP_SERVER_REJECTED);
	offer.server = SERVER_A;
	offer.from.s6_addr[0] = 0x20;
	offer.from.s6_addr[1] = 0x01;
	offer.from.s6_addr[2] = 0x0d;
	offer.from.s6_addr[3] = 0xb8;
	assert_int_equal(life_answer(&offer), DROP_SERVER_REJECTED);
	offer = answer_of(DHCP4_OFFER);
	assert_int_equal(life_answer(&offer), DROP_MISSING_OPTION);
	offer.code = 6;
	offer.body = "\12\12\12\65";
	offer.len = 4;
	assert_int_equal(life_answer(&offer), DROP_MISSING_OPTION);
	offer.filler = 1; /* an option that is not asked for */
	assert_int_equal(life_answer(&offer), DROP_MISSING_OPTION);
	life.scope.require++; /* the mask is not wanted any more */
	life.scope.require_count--;
	assert_int_equal(life_answer(&offer), DROP_NONE);
	assert_silent(); /* three seconds for others */
	life_wake();
	assert_sent(CLIENT4_SELECTING);
	assert_int_equal(mono_diff_ms(life.now, life.machine.began), 3000);
}

static void times_are_those_of_the_file(void **state)
{
	struct mono_time begun;

	(void)state;
	parse("timeout 20; retry 5; reboot 4; initial-interval 2;\n"
	      "backoff-cutoff 3;\n");
	begin("eth0");
	begun = life.now;
	life_wake();
	assert_in_range(mono_diff_ms(life.now, begun), 1000, 3000);
	do
		life_wake();
	while (!life.step.change);
	assert_change(MACHINE4_FAILED);
	assert_int_equal(mono_diff_ms(life.now, begun), 20000);
	assert_int_equal(life_wait_ns(), 5 * NS_PER_S);
}

static void the_default_times_are_those_of_the_rfc(void **state)
{
	struct mono_time begun;

	(void)state;
	parse("# nothing\n");
	begin("eth0");
	begun = life.now;
	life_wake();
	assert_in_range(mono_diff_ms(life.now, begun), 3000, 5000);
	assert_true(has(55));
}

static void a_lease_means_what_the_file_makes_of_it(void **state)
{
	static struct client_options out;
	const struct client_option *opt;
	struct answer ack = answer_of(DHCP4_ACK);

	(void)state;
	parse("prepend domain-name-servers 127.0.0.1;\n"
	      "supersede domain-name \"example.org\";\n"
	      "default routers 10.10.10.1;\n");
	begin("eth0");
	life_take(DHCP4_OFFER);
	ack.code = 6;
	ack.body = "\12\12\12\65";
	ack.len = 4;
	assert_int_equal(life_answer(&ack), DROP_NONE);
	assert_int_equal(client_options_merge(&life.scope, CONF_OPTIONS_DHCP4,
					      &life.machine.lease.options, NULL,
					      &out),
			 0);
	opt = client_options_find(&out, CONF_OPTIONS_DHCP4, 6);
	assert_int_equal(opt->len, 8);
	assert_memory_equal(opt->body, "\177\0\0\1\12\12\12\65", 8);
	opt = client_options_find(&out, CONF_OPTIONS_DHCP4, 15);
	assert_memory_equal(opt->body, "example.org", 11);
	opt = client_options_find(&out, CONF_OPTIONS_DHCP4, 3);
	assert_memory_equal(opt->body, "\12\12\12\1", 4);
	/* The lease has what the server sent. */
	opt = client_options_find(&life.machine.lease.options,
				  CONF_OPTIONS_DHCP4, 6);
	assert_int_equal(opt->len, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			the_file_of_debian_asks_for_what_it_asked_for,
			teardown),
		cmocka_unit_test_teardown(
			what_is_to_be_sent_is_sent_where_it_may_be, teardown),
		cmocka_unit_test_teardown(
			a_size_of_less_than_576_octets_is_not_said, teardown),
		cmocka_unit_test_teardown(servers_are_chosen_as_the_file_says,
					  teardown),
		cmocka_unit_test_teardown(times_are_those_of_the_file,
					  teardown),
		cmocka_unit_test_teardown(
			the_default_times_are_those_of_the_rfc, teardown),
		cmocka_unit_test_teardown(
			a_lease_means_what_the_file_makes_of_it, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
