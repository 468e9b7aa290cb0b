/* SPDX-License-Identifier: BSD-2-Clause */
/* apply4_fixture - see the header. */
#include "apply4_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

const struct apply4_link apply4_ethernet = { .mtu = 1500 };
const struct apply4_link apply4_tunnel = { .is_point_to_point = true,
					   .mtu = 1460 };
struct client_options options;
struct apply4 apply;

struct in_addr apply4_addr(const char *text)
{
	struct in_addr addr;

	assert_int_equal(inet_pton(AF_INET, text, &addr), 1);
	return addr;
}

void apply4_set_option(uint8_t code, const void *body, size_t len)
{
	assert_int_equal(client_options_set(&options, CONF_OPTIONS_DHCP4, code,
					    body, len),
			 0);
}

void apply4_set_options(const char *text)
{
	client_options_clear(&options);
	while (*text) {
		uint8_t body[512];
		size_t len = 0;
		char *at;
		unsigned long code = strtoul(text, &at, 10);

		assert_int_equal(*at, '=');
		for (at++; *at && *at != ' '; at += 2) {
			char digits[3] = { at[0], at[1], '\0' };

			if (*at == '.') {
				at--;
				continue;
			}
			assert_true(len < sizeof(body));
			body[len++] = (uint8_t)strtoul(digits, NULL, 16);
		}
		apply4_set_option((uint8_t)code, body, len);
		text = *at ? at + 1 : at;
	}
}

static char *show_route(char *to, const char *end,
			const struct net_conf_route4 *r)
{
	char dest[INET_ADDRSTRLEN], gateway[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &r->dest, dest, sizeof(dest));
	inet_ntop(AF_INET, &r->gateway, gateway, sizeof(gateway));
	to += snprintf(to, (size_t)(end - to), " %s/%u", dest, r->prefix_len);
	if (r->gateway.s_addr)
		to += snprintf(to, (size_t)(end - to), ">%s%s", gateway,
			       r->is_onlink ? "!" : "");
	if (r->metric)
		to += snprintf(to, (size_t)(end - to), "*%u", r->metric);
	assert_true(to < end);
	assert_int_equal(r->source.s_addr, apply.addr.s_addr);
	return to;
}

const char *apply4_show(void)
{
	static char text[8192];
	char broadcast[INET_ADDRSTRLEN], *to = text;
	const char *end = text + sizeof(text);

	inet_ntop(AF_INET, &apply.broadcast, broadcast, sizeof(broadcast));
	to += snprintf(to, sizeof(text), "/%u %s %u", apply.prefix_len,
		       apply.broadcast.s_addr ? broadcast : "-", apply.mtu);
	for (size_t i = 0; i < apply.route_count; i++)
		to = show_route(to, end, &apply.route[i]);
	for (size_t i = 0; i < apply.ignored_count; i++)
		to += snprintf(to, (size_t)(end - to), " no%u",
			       apply.ignored[i]);
	if (apply.routes_left_out)
		snprintf(to, (size_t)(end - to), " -%zu",
			 apply.routes_left_out);
	return text;
}
