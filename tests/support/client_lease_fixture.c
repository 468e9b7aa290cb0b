/* SPDX-License-Identifier: BSD-2-Clause */
/* client_lease_fixture - see the header. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client_lease_fixture.h"

struct client_input client_in;

void note_client_finding(void *arg, const char *text)
{
	(void)arg;
	client_in.count++;
	strbuf_printf(&client_in.findings, "%s\n", text);
}

int set_up_client_leases(void **state)
{
	(void)state;
	client_in.count = 0;
	strbuf_reset(&client_in.findings);
	return client_leases_new(&client_in.leases);
}

int tear_down_client_leases(void **state)
{
	(void)state;
	client_leases_free(client_in.leases);
	strbuf_fini(&client_in.findings);
	return 0;
}

/* Of its very size, so that a sanitizer sees a step too far. */
void parse_client(const char *text)
{
	size_t len = strlen(text);
	char *exact = malloc(len ? len : 1);

	assert_non_null(exact);
	memcpy(exact, text, len);
	assert_int_equal(client_leases_parse(client_in.leases, exact, len,
					     "leases", note_client_finding,
					     NULL),
			 0);
	free(exact);
}

void expect_client_finding(const char *text)
{
	if (!strstr(strbuf_text(&client_in.findings), text))
		fail_msg("not found: %s\nbut: %s", text,
			 strbuf_text(&client_in.findings));
}

void expect_client_option(const struct client_options *options,
			  enum conf_universe universe, uint16_t code,
			  const char *hex)
{
	const struct client_option *option =
		client_options_find(options, universe, code);
	struct strbuf octets = STRBUF_INIT;

	assert_non_null(option);
	assert_non_null(option->body);
	strbuf_add_hex(&octets, option->body, option->len, 0);
	assert_string_equal(strbuf_text(&octets), hex);
	strbuf_fini(&octets);
}

void expect_client_same_again(const char *interface)
{
	struct strbuf text = STRBUF_INIT;
	const char *what =
		client_leases_differ(client_in.leases, &interface, 1, &text);

	if (what)
		fail_msg("%s: %s", what, strbuf_text(&text));
	strbuf_fini(&text);
}
