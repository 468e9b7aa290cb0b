// SPDX-License-Identifier: BSD-2-Clause
/* Declarations of networks, subnets, groups and hosts. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ip6.h"
#include "stmt.h"

enum { ETHERNET_LEN = 6 };

/* Only a shared network itself may hold a subnet, not a group inside it. */
static void check_place(struct conf_parser *p)
{
	const struct conf_node *network = conf_node_network(p->node);

	if (network && network != p->node)
		conf_error(p, &p->keyword_pos,
			   "a group inside a shared network cannot hold "
			   "subnets: put them into the shared network");
}

int conf_handle_shared_network(struct conf_parser *p)
{
	struct conf_node *node;
	int err;

	if (conf_node_network(p->node))
		return conf_error(p, &p->keyword_pos,
				  "shared networks do not nest");
	node = conf_new_node(p, CONF_SCOPE_SHARED_NETWORK);
	if (!node)
		return -ENOMEM;
	node->name_pos = conf_peek(p)->pos;
	err = conf_get_text(p, &node->name, "the name of a shared network");
	if (err)
		return err;
	if (!node->name[0])
		conf_error(p, &node->name_pos, "a shared network needs a name");
	if (conf_vec_add(&p->scratch, &p->census.networks, node))
		return -ENOMEM;
	return conf_parse_block(p, node, CONF_IN_NETWORK);
}

static void check_subnet(struct conf_parser *p, const struct conf_pos *mask_pos,
			 struct conf_node *node, struct in_addr netmask)
{
	uint32_t mask = conf_ip4(netmask);
	uint32_t network = conf_ip4(node->u.subnet.network);

	node->u.subnet.prefix_len = (uint8_t)__builtin_popcount(mask);
	if ((~mask & (~mask + 1)) != 0)
		conf_error(p, mask_pos, "the bits of a netmask are contiguous");
	else if (network & ~mask)
		conf_error(p, &node->name_pos,
			   "host bits are set: the subnet's address is "
			   "%u.%u.%u.%u",
			   (network & mask) >> 24, (network & mask) >> 16 & 255,
			   (network & mask) >> 8 & 255, network & mask & 255);
}

int conf_handle_subnet(struct conf_parser *p)
{
	struct conf_node *node = conf_new_node(p, CONF_SCOPE_SUBNET);
	struct conf_pos mask_pos;
	struct in_addr netmask;
	int err;

	if (!node)
		return -ENOMEM;
	check_place(p);
	if (p->conf->family == CONF_DHCP6)
		conf_note_once(p, CONF_NOTE,
			       "IPv4 subnets have no effect in the file of the "
			       "DHCPv6 server");
	node->name_pos = conf_peek(p)->pos;
	if (conf_token_is_prefix(conf_peek(p)))
		return conf_fail_form(p);
	err = conf_get_ip4(p, &node->u.subnet.network);
	if (err)
		return err;
	if (!conf_accept_word(p, "netmask"))
		return conf_fail_expected(p, "`netmask'");
	mask_pos = conf_peek(p)->pos;
	err = conf_get_ip4(p, &netmask);
	if (err)
		return err;
	check_subnet(p, &mask_pos, node, netmask);
	if (conf_vec_add(&p->scratch, &p->census.subnets, node))
		return -ENOMEM;
	return conf_parse_block(p, node, CONF_IN_SUBNET);
}

int conf_handle_subnet6(struct conf_parser *p)
{
	struct conf_node *node = conf_new_node(p, CONF_SCOPE_SUBNET6);
	int err;

	if (!node)
		return -ENOMEM;
	check_place(p);
	if (p->conf->family == CONF_DHCP4 && !p->is_4o6)
		conf_error(p, &p->keyword_pos,
			   "`subnet6' is allowed in the file of the DHCPv4 "
			   "server only with -4o6");
	node->name_pos = conf_peek(p)->pos;
	err = conf_get_prefix6(p, &node->u.subnet6.prefix,
			       &node->u.subnet6.prefix_len);
	if (err)
		return err;
	conf_check_host_bits(p, &node->name_pos, &node->u.subnet6.prefix,
			     node->u.subnet6.prefix_len);
	if (conf_vec_add(&p->scratch, &p->census.subnets6, node))
		return -ENOMEM;
	return conf_parse_block(p, node, CONF_IN_SUBNET6);
}

int conf_handle_group(struct conf_parser *p)
{
	struct conf_node *node = conf_new_node(p, CONF_SCOPE_GROUP);
	enum conf_token_type type = conf_peek(p)->type;
	int err;

	if (!node)
		return -ENOMEM;
	if (type == CONF_TOKEN_WORD || type == CONF_TOKEN_STRING) {
		err = conf_get_text(p, &node->name, "the name of a group");
		if (err)
			return err;
	}
	if (conf_vec_add(&p->scratch, &p->census.groups, node))
		return -ENOMEM;
	return conf_parse_block(p, node, CONF_IN_GROUP);
}

int conf_handle_host(struct conf_parser *p)
{
	struct conf_node *node = conf_new_node(p, CONF_SCOPE_HOST);
	struct conf_host *host;
	int err;

	if (!node)
		return -ENOMEM;
	host = conf_arena_alloc(&p->scratch, sizeof(*host));
	if (!host)
		return -ENOMEM;
	node->u.host = host;
	node->name_pos = conf_peek(p)->pos;
	err = conf_get_text(p, &node->name, "the name of a host");
	if (err)
		return err;
	if (!node->name[0])
		conf_error(p, &node->name_pos, "a host needs a name");
	if (p->node->kind != CONF_SCOPE_GLOBAL &&
	    p->node->kind != CONF_SCOPE_GROUP)
		conf_note_once(p, CONF_WARNING,
			       "hosts are global: they are not limited to the "
			       "network they are declared in");
	if (conf_vec_add(&p->scratch, &p->census.hosts, node))
		return -ENOMEM;
	return conf_parse_block(p, node, CONF_IN_HOST);
}

static const struct {
	const char *name;
	uint8_t htype; /* RFC 1700, "Hardware Type" */
} hardware_types[] = {
	{ "ethernet", 1 },
	{ "token-ring", 6 },
	{ "fddi", 8 },
	{ "infiniband", 32 },
};

int conf_get_hardware_type(struct conf_parser *p, uint8_t *htype)
{
	size_t i, count = sizeof(hardware_types) / sizeof(hardware_types[0]);

	for (i = 0; i < count; i++) {
		*htype = hardware_types[i].htype;
		if (conf_accept_word(p, hardware_types[i].name))
			return 0;
	}
	return conf_fail_expected(p, "`ethernet', `token-ring', `fddi' "
				     "or `infiniband'");
}

const char *conf_hardware_name(uint8_t htype)
{
	size_t i = 0;

	while (hardware_types[i].htype != htype)
		i++;
	return hardware_types[i].name;
}

int conf_get_hardware(struct conf_parser *p, struct conf_hardware *hardware)
{
	const struct conf_token *token;
	int err, len;

	err = conf_get_hardware_type(p, &hardware->htype);
	if (err)
		return err;
	token = conf_peek(p);
	len = token->type != CONF_TOKEN_WORD
		      ? -1
		      : conf_scan_hex(token->text, token->len, hardware->addr,
				      sizeof(hardware->addr));
	if (len < 0)
		return conf_fail_expected(
			p, "up to 16 octets in hex with `:' between them");
	if (hardware->htype == 1 && len != ETHERNET_LEN)
		conf_error(p, &token->pos,
			   "an ethernet address has 6 octets, not %d", len);
	conf_take(p);
	hardware->hlen = (uint8_t)len;
	return 0;
}

int conf_handle_hardware(struct conf_parser *p)
{
	struct conf_host *host = p->node->u.host;
	struct conf_hardware hardware;
	int err = conf_get_hardware(p, &hardware);

	if (err)
		return err;
	if (host->hlen)
		conf_error(p, &p->keyword_pos,
			   "a host has one `hardware' statement");
	host->htype = hardware.htype;
	host->hlen = hardware.hlen;
	memcpy(host->chaddr, hardware.addr, sizeof(host->chaddr));
	return 0;
}

int conf_handle_fixed_address(struct conf_parser *p)
{
	struct conf_host *host = p->node->u.host;
	struct in_addr addrs[16];
	struct in_addr *copy;
	size_t count = 0;
	int err;

	if (host->fixed_address_count)
		conf_error(p, &p->keyword_pos,
			   "a host has one `fixed-address' statement");
	do {
		if (count == sizeof(addrs) / sizeof(addrs[0]))
			return conf_fail_expected(p, "at most 16 addresses");
		err = conf_get_ip4(p, &addrs[count]);
		if (err)
			return err;
		count++;
	} while (conf_accept_punct(p, ','));
	copy = conf_arena_array(p->model, count, sizeof(*copy));
	if (!copy)
		return -ENOMEM;
	memcpy(copy, addrs, count * sizeof(*copy));
	host->fixed_addresses = copy;
	host->fixed_address_count = count;
	return 0;
}
