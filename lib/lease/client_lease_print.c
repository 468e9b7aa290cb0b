/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_lease_print - leases to text that dhclient reads as well: what it has
 * no word for is written so that it steps over that and nothing else.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "client_lease_impl.h"
#include "dhcp4o6/wire/dhcp6_proto.h"

/* A time before 1970 is as long ago as 1970. */
static int64_t seconds_of(struct wall_time time)
{
	if (time.s < 0)
		return 0;
	return time.s > ISC_TIME_MAX ? ISC_TIME_MAX : time.s;
}

static void print_date(struct strbuf *out, const char *word,
		       struct wall_time when)
{
	time_t s = (time_t)seconds_of(when);
	char text[64] = "";
	struct tm tm;

	if (when.s > ISC_TIME_MAX || !gmtime_r(&s, &tm) ||
	    !strftime(text, sizeof(text), "%w %Y/%m/%d %H:%M:%S", &tm))
		strbuf_printf(out, "  %s never;\n", word);
	else
		strbuf_printf(out, "  %s %s;\n", word, text);
}

static void print_string(struct strbuf *out, const char *word, const char *text)
{
	strbuf_printf(out, "  %s ", word);
	conf_print_quoted(out, text, strlen(text));
	strbuf_add(out, ";\n");
}

static void print_address(struct strbuf *out, int family, const void *addr)
{
	char text[INET6_ADDRSTRLEN];

	strbuf_add(out, inet_ntop(family, addr, text, sizeof(text)));
}

/* ---- options ---- */

static void print_octets(struct strbuf *out, const struct client_option *option)
{
	strbuf_printf(out, "%s" CLIENT_OCTETS "%u ",
		      option->universe == CONF_OPTIONS_DHCP6 ? "dhcp6." : "",
		      option->code);
	if (option->len)
		strbuf_add_hex(out, option->body, option->len, ':');
	else
		strbuf_add(out, "\"\"");
}

static void print_options(struct strbuf *out,
			  const struct client_options *options)
{
	size_t i;

	for (i = 0; i < options->count; i++) {
		const struct client_option *from = &options->option[i];
		struct conf_option option = { .universe = from->universe,
					      .code = from->code,
					      .len = from->len,
					      .data = from->body };

		strbuf_add(out, "  option ");
		if (!conf_text_print_option(&option, out))
			print_octets(out, from);
		strbuf_add(out, ";\n");
	}
}

/* ---- a lease of DHCPv4 ---- */

static void print_lease4(struct strbuf *out, const struct client_lease4 *lease)
{
	strbuf_add(out, "lease {\n");
	print_string(out, "interface", lease->interface);
	strbuf_add(out, "  fixed-address ");
	print_address(out, AF_INET, &lease->addr);
	strbuf_add(out, ";\n");
	if (lease->filename[0])
		print_string(out, "filename", lease->filename);
	if (lease->server_name[0])
		print_string(out, "server-name", lease->server_name);
	if (lease->next_server.s_addr) {
		strbuf_add(out, "  next-server ");
		print_address(out, AF_INET, &lease->next_server);
		/* Behind a word that it does not know dhclient steps over the
		 * `;', and then expects another one. */
		strbuf_add(out, ";;\n");
	}
	if (!IN6_IS_ADDR_UNSPECIFIED(&lease->server6)) {
		strbuf_add(out, "  option isc6.4o6-source-address ");
		print_address(out, AF_INET6, &lease->server6);
		strbuf_add(out, ";\n");
	}
	print_options(out, &lease->options);
	print_date(out, "renew", lease->renew);
	print_date(out, "rebind", lease->rebind);
	print_date(out, "expire", lease->expire);
	strbuf_add(out, "}\n");
}

/* ---- a lease of DHCPv6 ---- */

static void print_item(struct strbuf *out, bool is_prefix,
		       const struct client_item *item)
{
	strbuf_add(out, is_prefix ? "    iaprefix " : "    iaaddr ");
	print_address(out, AF_INET6, &item->addr);
	if (is_prefix)
		strbuf_printf(out, "/%u", item->prefix_len);
	strbuf_printf(out,
		      " {\n"
		      "      starts %" PRId64 ";\n"
		      "      preferred-life %" PRIu32 ";\n"
		      "      max-life %" PRIu32 ";\n"
		      "    }\n",
		      seconds_of(item->starts), item->preferred_s,
		      item->valid_s);
}

/* The IAID in hexadecimal: dhclient's strings do not give back each octet. */
static void print_ia(struct strbuf *out, const struct client_ia *ia)
{
	bool is_prefix = ia->code == DHCP6_OPT_IA_PD;
	size_t i;

	strbuf_printf(out, "  %s %02x:%02x:%02x:%02x {\n",
		      is_prefix ? "ia-pd" : "ia-na", ia->iaid >> 24,
		      ia->iaid >> 16 & 0xff, ia->iaid >> 8 & 0xff,
		      ia->iaid & 0xff);
	strbuf_printf(out,
		      "    starts %" PRId64 ";\n"
		      "    renew %" PRIu32 ";\n"
		      "    rebind %" PRIu32 ";\n",
		      seconds_of(ia->starts), ia->t1_s, ia->t2_s);
	for (i = 0; i < ia->item_count; i++)
		print_item(out, is_prefix, &ia->item[i]);
	strbuf_add(out, "  }\n");
}

static void print_lease6(struct strbuf *out, const struct client_lease6 *lease)
{
	size_t i;

	strbuf_add(out, "lease6 {\n");
	print_string(out, "interface", lease->interface);
	for (i = 0; i < lease->ia_count; i++)
		print_ia(out, &lease->ia[i]);
	if (lease->released)
		strbuf_add(out, "  released;\n");
	print_options(out, &lease->options);
	strbuf_add(out, "}\n");
}

/* ---- the file ---- */

void client_leases_print(const struct client_leases *leases, struct strbuf *out)
{
	size_t i;

	if (leases->duid_len) {
		strbuf_add(out, "default-duid ");
		conf_print_quoted(out, leases->duid, leases->duid_len);
		strbuf_add(out, ";\n");
	}
	for (i = 0; i < leases->count4; i++)
		print_lease4(out, leases->lease4[i]);
	for (i = 0; i < leases->count6; i++)
		print_lease6(out, leases->lease6[i]);
}
