/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Values that a script gets, and those that are kept from it: what Debian's
 * dhclient 4.4.3-P1 handed to a script that wrote its environment down.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../../daemon/client/script_env.h"

#define V4  CONF_OPTIONS_DHCP4
#define V6  CONF_OPTIONS_DHCP6
#define X16 "xxxxxxxxxxxxxxxx"
#define X63 X16 X16 X16 "xxxxxxxxxxxxxxx"

/* `option NAME code N = TYPE;' of the dhclient.conf that was used. */
static const struct conf_option_def defs[] = {
	{ V4, 224, "text-own", "t", V4 },
	{ V4, 225, "rec-own", "ISf", V4 },
	{ V4, 226, "int-own", "lA", V4 },
	{ V4, 227, "hex-own", "X", V4 },
	{ V6, 1000, "dhcp6.own-text", "t", V4 },
};

static struct script_env env;
static struct client_lease4 lease4;
static struct client_lease6 lease6;

static const struct script_call *a_call(enum script_reason reason)
{
	static struct script_call call;

	call = (struct script_call){
		.reason = reason,
		.interface = "c0",
		.pid = 21,
		.defs = defs,
		.def_count = sizeof(defs) / sizeof(defs[0]),
	};
	return &call;
}

/* The value of a variable, or NULL. */
static const char *value_of(const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = script_env_next(&env, NULL); at;
	     at = script_env_next(&env, at)) {
		if (strncmp(at, name, len) == 0 && at[len] == '=')
			return at + len + 1;
	}
	return NULL;
}

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t n = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		out[n] = (uint8_t)strtoul((char[]){ hex[0], hex[1], 0 }, NULL,
					  16);
		n++;
		hex++;
	}
	return n;
}

/* Fills env with one option; how many values were left out. */
static unsigned int fill_one(enum conf_universe universe, uint16_t code,
			     const void *body, size_t len)
{
	const struct script_lease4 told4 = { .lease = &lease4 };
	const struct script_lease6 told6 = { .lease = &lease6 };

	client_options_clear(&lease4.options);
	client_options_clear(&lease6.options);
	assert_int_equal(client_options_set(universe == V4 ? &lease4.options
							   : &lease6.options,
					    universe, code, body, len),
			 0);
	if (universe == V4)
		script_env_fill4(&env, a_call(SCRIPT_BOUND), &told4, NULL);
	else
		script_env_fill6(&env, a_call(SCRIPT_BOUND6), &told6, NULL);
	assert_int_equal(env.unroomed, 0);
	return env.unsafe;
}

static const struct {
	enum conf_universe universe;
	uint16_t code;
	const char *hex;
	const char *name;
	const char *value;
} shown[] = {
	{ V4, 1, "ffffff00", "subnet_mask", "255.255.255.0" },
	{ V4, 2, "fffff1f0", "time_offset", "-3600" },
	{ V4, 3, "c0000201 c0000202", "routers", "192.0.2.1 192.0.2.2" },
	{ V4, 13, "002a", "boot_size", "42" },
	{ V4, 14, "64756d702066696c65", "merit_dump", "dump file" },
	{ V4, 18, "2f657874 24287265626f6f7429", "extensions_path",
	  "/ext\\$(reboot)" },
	{ V4, 19, "01", "ip_forwarding", "true" },
	{ V4, 20, "00", "non_local_source_routing", "false" },
	{ V4, 21, "0a000000 ff000000 0a010000 ffff0000", "policy_filter",
	  "10.0.0.0 255.0.0.0 10.1.0.0 255.255.0.0" },
	{ V4, 25, "0044 0128 01fc", "path_mtu_plateau_table", "68 296 508" },
	{ V4, 26, "0578", "interface_mtu", "1400" },
	{ V4, 33, "0a050000 c0000207", "static_routes", "10.5.0.0 192.0.2.7" },
	{ V4, 43, "0102ff00", "vendor_encapsulated_options", "1:2:ff:0" },
	{ V4, 46, "08", "netbios_node_type", "8" },
	{ V4, 51, "00000014", "dhcp_lease_time", "20" },
	{ V4, 53, "05", "dhcp_message_type", "5" },
	{ V4, 54, "c0000201", "dhcp_server_identifier", "192.0.2.1" },
	{ V4, 67, "746162 09 6e6c 0a 656e64", "bootfile_name",
	  "tab\\011nl\\012end" },
	{ V4, 119, "0161 07 6578616d706c65 03 6f7267 00 0162 c002",
	  "domain_search", "a.example.org. b.example.org." },
	/* Named by the dhclient.conf of distributions. */
	{ V4, 121, "18 0a0908 c0000203 00 c0000201",
	  "rfc3442_classless_static_routes",
	  "24 10 9 8 192 0 2 3 0 192 0 2 1" },
	{ V4, 138, "c00002c9", "capwap_ac_v4", "192.0.2.201" },
	{ V4, 224, "636166c3a92078", "text_own", "caf\\303\\251 x" },
	{ V4, 225, "c000024d ffff 01", "rec_own", "192.0.2.77 65535 true" },
	{ V4, 226, "ffffffff 00000002 0000012c", "int_own", "-1 2 300" },
	{ V4, 227, "000102feff", "hex_own", "0:1:2:fe:ff" },
	{ V4, 227, "410042", "hex_own", "41:0:42" },
	{ V4, 227, "414200", "hex_own", "AB" },
	{ V4, 228, "780079", "unknown_228", "78:0:79" },
	{ V6, 1, "0003 0001 b664e187a7b1", "dhcp6_client_id",
	  "0:3:0:1:b6:64:e1:87:a7:b1" },
	{ V6, 7, "ff", "dhcp6_preference", "255" },
	{ V6, 13, "0000 616c6c2069732077656c6c3b202478", "dhcp6_status_code",
	  "success all is well; \\$x" },
	{ V6, 13, "0000", "dhcp6_status_code", "success" },
	{ V6, 17, "000009bf 0001 0002 4142", "dhcp6_vendor_opts",
	  "0:0:9:bf:0:1:0:2:41:42" },
	{ V6, 22, "20010db8000000000000000000005060",
	  "dhcp6_sip_servers_addresses", "2001:db8::5060" },
	{ V6, 23,
	  "20010db8000000000000000000000053 20010db8000000000000000000000054",
	  "dhcp6_name_servers", "2001:db8::53 2001:db8::54" },
	{ V6, 24, "0161 0162 00 05 6c6f63616c 00", "dhcp6_domain_search",
	  "a.b. local." },
	{ V6, 32, "00000384", "dhcp6_info_refresh_time", "900" },
	{ V6, 39, "0003666f6f00", "dhcp6_fqdn", "0:3:66:6f:6f:0" },
	{ V6, 41, "4100", "dhcp6_new_posix_timezone", "A" },
	{ V6, 59, "687474703a2f2f613b623f267e", "dhcp6_bootfile_url",
	  "http://a;b?\\&~" },
	{ V6, 60, "0001610003622063", "dhcp6_bootfile_param",
	  "0:1:61:0:3:62:20:63" },
	{ V6, 82, "00000078", "dhcp6_solmax_rt", "120" },
	{ V6, 88,
	  "20010db8000000000000000000000004 20010db8000000000000000000000006",
	  "dhcp6_dhcp4_o_dhcp6_server", "2001:db8::4 2001:db8::6" },
	{ V6, 1000, "6f776e", "dhcp6_own_text", "own" },
	{ V6, 1001, "6f776e", "dhcp6_unknown_1001", "own" },
};

static void values_are_what_dhclient_makes_of_them(void **state)
{
	uint8_t body[256];
	char name[128];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		len = from_hex(shown[i].hex, body);
		assert_int_equal(
			fill_one(shown[i].universe, shown[i].code, body, len),
			0);
		strcpy(name, "new_");
		strcat(name, shown[i].name);
		if (!value_of(name))
			fail_msg("no %s", name);
		assert_string_equal(value_of(name), shown[i].value);
	}
}

/* Where our own table knows more than dhclient's, or it is at fault. */
static void what_dhclient_does_not_know_has_a_name_and_a_type(void **state)
{
	uint8_t body[256];
	size_t len;

	(void)state;
	len = from_hex("0000012c", body);
	assert_int_equal(fill_one(V4, 108, body, len), 0);
	assert_string_equal(value_of("new_v6_only_preferred"), "300");
	/* dhclient 4.4.3 reads a number of four octets here. */
	len = from_hex("0002 783b79", body);
	assert_int_equal(fill_one(V6, 13, body, len), 0);
	assert_string_equal(value_of("new_dhcp6_status_code"),
			    "NoAddrsAvail x;y");
}

/* Which of the checked kinds took the text: host name, domain, path. */
enum { HOST = 1, DOMAIN = 2, PATH = 4 };

static const struct {
	const char *text;
	unsigned int taken;
	const char *as_text; /* of an option that nobody checks */
} checked[] = {
	{ "plain", HOST | DOMAIN | PATH, "plain" },
	{ "a.b.c", HOST | DOMAIN | PATH, "a.b.c" },
	{ "a.b.c.", HOST | DOMAIN | PATH, "a.b.c." },
	{ "a..b", PATH, "a..b" },
	{ ".a", PATH, ".a" },
	{ ".", PATH, "." },
	{ "a-", PATH, "a-" },
	{ "-a", PATH, "-a" },
	{ "a-.b", PATH, "a-.b" },
	{ "a_b", HOST | DOMAIN | PATH, "a_b" },
	{ "_a.b", PATH, "_a.b" },
	{ "a b", DOMAIN | PATH, "a b" },
	{ "a.b c.d", DOMAIN | PATH, "a.b c.d" },
	{ " a", DOMAIN | PATH, " a" },
	{ "a ", DOMAIN | PATH, "a " },
	{ "a  b", DOMAIN | PATH, "a  b" },
	{ "a;b", 0, "a;b" },
	{ "a$b", 0, "a\\$b" },
	{ "a(b", 0, "a(b" },
	{ "a'b", 0, "a\\'b" },
	{ "a\"b", 0, "a\\\"b" },
	{ "a`b", 0, "a\\`b" },
	{ "a|b", 0, "a\\|b" },
	{ "a&b", 0, "a\\&b" },
	{ "a*b", 0, "a*b" },
	{ "a?b", 0, "a?b" },
	{ "a^b!c{d}e<f>", 0, "a^b!c{d}e<f>" },
	{ "1.2", HOST | DOMAIN | PATH, "1.2" },
	{ "a\xe9", PATH, "a\\351" },
	{ "a\nb", PATH, "a\\012b" },
	{ "a\tb", PATH, "a\\011b" },
	{ "a,b", PATH, "a,b" },
	{ "a=b", PATH, "a=b" },
	{ "a/b:c@d", PATH, "a/b:c@d" },
	{ "a~b#c%d+e[f]g\\h", PATH, "a~b#c%d+e[f]g\\\\h" },
	{ X63, HOST | DOMAIN | PATH, X63 },
	{ X63 ".y", HOST | DOMAIN | PATH, X63 ".y" },
	/* Stricter than dhclient: it does not look at the last label. */
	{ X63 "x", PATH, X63 "x" },
	{ "y." X63 "x", PATH, "y." X63 "x" },
};

static void one_is_checked(size_t i, uint16_t code, const char *name,
			   unsigned int kind)
{
	const char *text = checked[i].text;
	bool is_taken = (checked[i].taken & kind) || !kind;
	unsigned int unsafe = fill_one(V4, code, text, strlen(text));

	if (unsafe != (is_taken ? 0 : 1) || !value_of(name) != !is_taken)
		fail_msg("%s of '%s': %s", name, text,
			 value_of(name) ? value_of(name) : "left out");
	if (is_taken)
		assert_string_equal(value_of(name), checked[i].as_text);
}

static void names_and_paths_are_taken_if_dhclient_takes_them(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(checked) / sizeof(checked[0]); i++) {
		one_is_checked(i, 12, "new_host_name", HOST);
		one_is_checked(i, 15, "new_domain_name", DOMAIN);
		one_is_checked(i, 17, "new_root_path", PATH);
		one_is_checked(i, 40, "new_nis_domain", HOST);
		one_is_checked(i, 47, "new_netbios_scope", HOST);
		one_is_checked(i, 66, "new_tftp_server_name", 0);
	}
}

/* The fields have no escapes: a path is what it is in them. */
static void fields_of_the_message_are_checked_as_options_are(void **state)
{
	const struct script_lease4 told = { .lease = &lease4 };

	(void)state;
	client_options_clear(&lease4.options);
	strcpy(lease4.filename, "boot/pxe.0");
	strcpy(lease4.server_name, "tftp.example.org");
	script_env_fill4(&env, a_call(SCRIPT_BOUND), &told, NULL);
	assert_string_equal(value_of("new_filename"), "boot/pxe.0");
	assert_string_equal(value_of("new_server_name"), "tftp.example.org");
	assert_int_equal(env.unsafe, 0);
	strcpy(lease4.filename, "a\nb");
	strcpy(lease4.server_name, "a;b");
	script_env_fill4(&env, a_call(SCRIPT_BOUND), &told, NULL);
	assert_null(value_of("new_filename"));
	assert_null(value_of("new_server_name"));
	assert_int_equal(env.unsafe, 2);
	lease4.filename[0] = lease4.server_name[0] = '\0';
}

static void values_that_are_not_of_their_type_are_left_out(void **state)
{
	static const struct {
		enum conf_universe universe;
		uint16_t code;
		const char *hex;
	} wrong[] = {
		{ V4, 1, "ffffff" },
		{ V4, 1, "ffffff0000" },
		{ V4, 3, "c0000201c0" },
		{ V4, 19, "02" },
		{ V4, 26, "05" },
		{ V4, 119, "0161c000" }, /* a pointer to itself */
		{ V4, 119, "0161" },
		{ V4, 119, "03613b7800" }, /* a;x */
		{ V4, 119, "02612d00" },   /* a- */
		{ V6, 21, "055f612e6300" },
		{ V6, 23, "20010db80000" },
		{ V6, 24, "045f746370 0162 00" }, /* _tcp.b */
		{ V6, 24, "03613b78 0162 00" },
		{ V6, 64, "03613b62 0163 00" },
		{ V6, 82, "0000" },
	};
	uint8_t body[64];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		len = from_hex(wrong[i].hex, body);
		if (fill_one(wrong[i].universe, wrong[i].code, body, len) != 1)
			fail_msg("option %u %s was taken", wrong[i].code,
				 wrong[i].hex);
	}
	/* No value at all is nothing to speak of. */
	assert_int_equal(fill_one(V4, 12, "", 0), 0);
	assert_null(value_of("new_host_name"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_what_dhclient_makes_of_them),
		cmocka_unit_test(
			what_dhclient_does_not_know_has_a_name_and_a_type),
		cmocka_unit_test(
			names_and_paths_are_taken_if_dhclient_takes_them),
		cmocka_unit_test(
			fields_of_the_message_are_checked_as_options_are),
		cmocka_unit_test(
			values_that_are_not_of_their_type_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
