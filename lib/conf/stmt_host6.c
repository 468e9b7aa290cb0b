// SPDX-License-Identifier: BSD-2-Clause
/* Reservations of DHCPv6: who a host is, and what is kept for it. */
#include <errno.h>
#include <string.h>

#include "dhcp4o6/wire/dhcp6_proto.h"
#include "ip6.h"
#include "stmt.h"

enum { FIXED_MAX = 16 }; /* addresses, and as many prefixes */

static int get_identifier(struct conf_parser *p, uint8_t *relay,
			  struct conf_option *option)
{
	/* A relayed message has passed at most that many relay agents. */
	const struct conf_number_limits relays = { 1, DHCP6_RELAY_DEPTH_MAX };
	int64_t number = 0;
	int err = 0;

	if (conf_accept_word(p, "v6relopt"))
		err = conf_get_number(p, relays, &number);
	else if (!conf_accept_word(p, "option"))
		return conf_fail_expected(p, "`option' or `v6relopt'");
	*relay = (uint8_t)number;
	return err ? err : conf_get_option(p, option);
}

int conf_handle_host_identifier(struct conf_parser *p)
{
	struct conf_host *host = p->node->u.host;
	struct conf_option *option;
	struct conf_pos pos;
	int err;

	if (host->identifier)
		conf_error(p, &p->keyword_pos,
			   "a host has one `host-identifier'");
	option = conf_arena_alloc(p->model, sizeof(*option));
	if (!option)
		return -ENOMEM;
	err = get_identifier(p, &host->identifier_relay, option);
	if (err)
		return err;
	pos = p->keyword_pos;
	if (option->universe != CONF_OPTIONS_DHCP6)
		conf_error(p, &pos,
			   "clients are known by options of DHCPv6; the "
			   "DHCPv4 server knows them by `hardware' or `option "
			   "dhcp-client-identifier'");
	else if (option->len == 0)
		conf_error(p, &pos, "an empty option identifies nobody");
	host->identifier = option;
	return 0;
}

static size_t count_ranges6(const struct conf_node *node)
{
	const struct conf_node_range6 *range;
	size_t count = 0;

	for (range = node->ranges6; range; range = range->next)
		count++;
	return count;
}

int conf_handle_fixed_address6(struct conf_parser *p)
{
	struct conf_node_range6 *range;
	size_t count = count_ranges6(p->node);
	int err;

	do {
		if (count++ == FIXED_MAX)
			return conf_fail_expected(p, "at most 16 addresses");
		range = conf_arena_alloc(&p->scratch, sizeof(*range));
		if (!range)
			return -ENOMEM;
		range->pos = conf_peek(p)->pos;
		err = conf_get_ip6(p, &range->range.first);
		if (err)
			return err;
		range->range.last = range->range.first;
		conf_check_use6(p, &range->pos, &range->range.first,
				&range->range.last);
		if (conf_add_range6(p, range, &p->census.fixed6))
			return -ENOMEM;
	} while (conf_accept_punct(p, ','));
	return 0;
}

static size_t count_prefixes6(const struct conf_node *node)
{
	const struct conf_node_prefix6 *prefix;
	size_t count = 0;

	for (prefix = node->prefixes6; prefix; prefix = prefix->next)
		count++;
	return count;
}

int conf_handle_fixed_prefix6(struct conf_parser *p)
{
	struct conf_node_prefix6 *prefix;
	int err;

	prefix = conf_arena_alloc(&p->scratch, sizeof(*prefix));
	if (!prefix)
		return -ENOMEM;
	prefix->pos = conf_peek(p)->pos;
	err = conf_get_prefix6(p, &prefix->prefix.first,
			       &prefix->prefix.prefix_len);
	if (err)
		return err;
	prefix->prefix.last = prefix->prefix.first;
	conf_check_prefix6(p, &prefix->pos, &prefix->prefix);
	if (count_prefixes6(p->node) == FIXED_MAX)
		return conf_error(p, &prefix->pos,
				  "a host has at most %d prefixes", FIXED_MAX);
	return conf_add_prefix6(p, prefix, &p->census.fixed_prefixes6);
}
