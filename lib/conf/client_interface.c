// SPDX-License-Identifier: BSD-2-Clause
/* Interfaces of a client's file, and their aliases. */
#include <errno.h>
#include <net/if.h>
#include <string.h>

#include "client.h"

enum { OPT_SUBNET_MASK = 1 };

static int get_name(struct conf_parser *p, const char **name)
{
	struct conf_pos pos = conf_peek(p)->pos;
	int err = conf_get_text(p, name, "the name of an interface");
	size_t len;

	if (err)
		return err;
	len = strlen(*name);
	if (len == 0 || len >= IF_NAMESIZE || strpbrk(*name, "/ \t\n"))
		return conf_error(p, &pos,
				  "an interface has a name of 1 to %d octets, "
				  "without blanks and slashes",
				  IF_NAMESIZE - 1);
	return 0;
}

int client_interface(struct conf_parser *p, const struct conf_pos *pos,
		     const char *name, struct client_node **node)
{
	struct conf_client *client = p->client;
	size_t i;

	for (i = 0; i < client->interface_count; i++) {
		*node = client->interfaces[i];
		if (strcmp((*node)->name, name) == 0)
			return 0;
	}
	if (i == CLIENT_INTERFACES_MAX)
		return conf_error(p, pos, "more than %d interfaces are named",
				  CLIENT_INTERFACES_MAX);
	*node = conf_arena_alloc(&p->scratch, sizeof(**node));
	if (!*node)
		return -ENOMEM;
	(*node)->name = name;
	(*node)->pos = *pos;
	client->interfaces[client->interface_count++] = *node;
	return 0;
}

/* `interface "NAME";' says whose an alias is. */
static int handle_owner(struct conf_parser *p)
{
	int err = get_name(p, &p->client->alias->interface);

	return err ? err : conf_expect_semicolon(p);
}

int client_handle_interface(struct conf_parser *p)
{
	struct conf_pos pos = conf_peek(p)->pos;
	struct conf_node *node;
	const char *name;
	int err;

	if (p->where == CONF_IN_ALIAS)
		return handle_owner(p);
	err = get_name(p, &name);
	if (err)
		return err;
	node = conf_new_node(p, CONF_SCOPE_GROUP);
	if (!node)
		return -ENOMEM;
	err = client_interface(p, &pos, name, &node->u.client);
	return err ? err : conf_parse_block(p, node, CONF_IN_INTERFACE);
}

int client_handle_hardware(struct conf_parser *p)
{
	struct client_node *node = p->node->u.client;
	struct conf_hardware hardware = { .hlen = 0 };
	int err = conf_get_hardware(p, &hardware);

	if (err)
		return err;
	if (node->hardware.hlen)
		conf_warn(p, &p->keyword_pos,
			  "set before in the same scope; the last one counts");
	node->hardware = hardware;
	return 0;
}

static int end_alias(struct conf_parser *p, const struct conf_pos *pos,
		     const struct client_alias *alias)
{
	struct client_node *node;
	int err;

	if (!alias->has_addr) {
		conf_error(p, pos, "an alias needs a `fixed-address'");
		return 0;
	}
	if (!alias->interface) {
		conf_warn(p, pos,
			  "this alias names no `interface': it is not used, as "
			  "by dhclient");
		return 0;
	}
	err = client_interface(p, pos, alias->interface, &node);
	if (err)
		return err == -EINVAL ? 0 : err;
	if (node->alias.s_addr)
		conf_warn(p, pos,
			  "the interface has an alias already; the last one "
			  "counts");
	node->alias = alias->addr;
	node->alias_prefix_len = alias->prefix_len;
	return 0;
}

/* The block is no scope, and counts only as a whole. */
int client_handle_alias(struct conf_parser *p)
{
	struct client_alias alias = { .prefix_len = 32 };
	struct conf_pos pos = p->keyword_pos;
	int err;

	p->client->alias = &alias;
	err = conf_parse_block(p, p->node, CONF_IN_ALIAS);
	p->client->alias = NULL;
	return err ? err : end_alias(p, &pos, &alias);
}

int client_handle_fixed_address(struct conf_parser *p)
{
	struct client_alias *alias = p->client->alias;
	struct conf_pos pos = conf_peek(p)->pos;
	int err = conf_get_ip4(p, &alias->addr);

	if (err)
		return err;
	alias->has_addr = true;
	if (!alias->addr.s_addr || IN_MULTICAST(conf_ip4(alias->addr)) ||
	    IN_BADCLASS(conf_ip4(alias->addr)))
		conf_error(p, &pos, "no interface has this address");
	return 0;
}

static int set_mask(struct conf_parser *p, const struct conf_pos *pos,
		    const struct conf_option *value)
{
	struct in_addr addr;
	uint32_t mask;

	if (value->expr || value->len != sizeof(addr))
		return conf_error(p, pos, "a subnet mask is an address");
	memcpy(&addr, value->data, sizeof(addr));
	mask = conf_ip4(addr);
	if (~mask & (~mask + 1))
		return conf_error(p, pos,
				  "a netmask has its ones in front of its "
				  "zeros");
	p->client->alias->prefix_len =
		(uint8_t)(mask ? 32 - __builtin_ctz(mask) : 0);
	return 0;
}

static int handle_alias_option(struct conf_parser *p)
{
	struct conf_pos pos = conf_peek(p)->pos;
	const struct conf_option_def *def;
	struct conf_option value;
	int err;

	err = conf_get_option_def(p, &def);
	if (!err)
		err = conf_option_parse_values(p, def, &value);
	if (err)
		return err;
	if (def->universe == CONF_OPTIONS_DHCP4 && def->code == OPT_SUBNET_MASK)
		set_mask(p, &pos, &value);
	else
		conf_note_once(p, CONF_NOTE,
			       "options other than subnet-mask have no effect "
			       "in an alias");
	return 0;
}

int client_handle_option(struct conf_parser *p)
{
	if (p->where == CONF_IN_ALIAS)
		return handle_alias_option(p);
	return conf_handle_declaration(p);
}
