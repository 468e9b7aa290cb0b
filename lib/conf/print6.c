// SPDX-License-Identifier: BSD-2-Clause
/* What only the file of a DHCPv6 server has, as text. */
#include <arpa/inet.h>

#include "print.h"
#include "value.h"

void conf_print_indent(struct strbuf *out, unsigned int indent)
{
	while (indent-- > 0)
		strbuf_add_char(out, '\t');
}

static void add_ip6(struct strbuf *out, const struct in6_addr *addr)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, addr, text, sizeof(text));
	strbuf_add(out, text);
}

void conf_print_ranges6(const struct conf_pool6 *pool, unsigned int indent,
			struct strbuf *out)
{
	size_t i;

	for (i = 0; i < pool->range_count; i++) {
		conf_print_indent(out, indent);
		strbuf_add(out, "range6 ");
		add_ip6(out, &pool->ranges[i].first);
		strbuf_add_char(out, ' ');
		add_ip6(out, &pool->ranges[i].last);
		strbuf_add(out, ";\n");
	}
	for (i = 0; i < pool->prefix_count; i++) {
		conf_print_indent(out, indent);
		strbuf_add(out, "prefix6 ");
		add_ip6(out, &pool->prefixes[i].first);
		strbuf_add_char(out, ' ');
		add_ip6(out, &pool->prefixes[i].last);
		strbuf_printf(out, " /%u;\n", pool->prefixes[i].prefix_len);
	}
}

void conf_print_fixed6(const struct conf_host *host, unsigned int indent,
		       struct strbuf *out)
{
	size_t i;

	if (host->fixed_address6_count > 0) {
		conf_print_indent(out, indent);
		strbuf_add(out, "fixed-address6 ");
		for (i = 0; i < host->fixed_address6_count; i++) {
			strbuf_add(out, i ? ", " : "");
			add_ip6(out, &host->fixed_addresses6[i]);
		}
		strbuf_add(out, ";\n");
	}
	for (i = 0; i < host->fixed_prefix6_count; i++) {
		conf_print_indent(out, indent);
		strbuf_add(out, "fixed-prefix6 ");
		add_ip6(out, &host->fixed_prefixes6[i].first);
		strbuf_printf(out, "/%u;\n",
			      host->fixed_prefixes6[i].prefix_len);
	}
}

void conf_print_identifier(const struct conf *conf,
			   const struct conf_host *host, unsigned int indent,
			   struct strbuf *out)
{
	conf_print_indent(out, indent);
	strbuf_add(out, "host-identifier ");
	if (host->identifier_relay > 0)
		strbuf_printf(out, "v6relopt %u ", host->identifier_relay);
	else
		strbuf_add(out, "option ");
	conf_option_print(conf, host->identifier, out);
	strbuf_add(out, ";\n");
}

/* In the one form that has all others: TYPE OCTETS. */
void conf_print_server_duid(const struct conf *conf, struct strbuf *out)
{
	const uint8_t *duid = conf->server_duid_data;

	switch (conf->server_duid) {
	case CONF_DUID_NONE:
		return;
	case CONF_DUID_LLT:
		strbuf_add(out, "server-duid LLT;\n");
		return;
	case CONF_DUID_LL:
		strbuf_add(out, "server-duid LL;\n");
		return;
	case CONF_DUID_EXACT:
		break;
	}
	strbuf_printf(out, "server-duid %u ", duid[0] << 8 | duid[1]);
	strbuf_add_hex(out, duid + 2, conf->server_duid_len - 2, ':');
	strbuf_add(out, ";\n");
}
