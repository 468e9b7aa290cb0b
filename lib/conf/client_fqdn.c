// SPDX-License-Identifier: BSD-2-Clause
/*
 * The client's name: what is sent of ISC's space fqdn, as option 81 (RFC 4702
 * section 2) and as option 39 of DHCPv6 (RFC 4704 section 4).
 */
#include <errno.h>
#include <string.h>

#include "client.h"
#include "dhcp4o6/conf/expr.h"

enum field {
	NO_CLIENT_UPDATE = 1,
	SERVER_UPDATE,
	ENCODED,
	HOSTNAME = 6,
	FQDN = 8
};

enum {
	OPT_FQDN4 = 81,
	OPT_FQDN6 = 39,
	FLAG_S = 1 << 0,
	FLAG_E = 1 << 2,  /* DHCPv4 */
	FLAG_N4 = 1 << 3, /* DHCPv4 */
	FLAG_N6 = 1 << 2, /* DHCPv6 */
	LABEL_MAX = 63,
	NAME_MAX_LEN = 253,
};

/* False: not set, or without a value. */
static bool value_of(const struct client_node *node, enum field field,
		     uint8_t space[CONF_EXPR_DATA_MAX], struct conf_data *value)
{
	static const struct conf_packet nothing;
	const struct conf_node_option *item = client_find_value(
		node, CLIENT_CONF_SEND, CONF_OPTIONS_FQDN, field);
	int len;

	if (!item)
		return false;
	*value = (struct conf_data){ item->option.data, item->option.len };
	if (!item->option.expr)
		return true;
	len = conf_expr_data(item->option.expr, &nothing, space,
			     CONF_EXPR_DATA_MAX);
	*value = (struct conf_data){ space, len > 0 ? (size_t)len : 0 };
	return len >= 0;
}

static bool flag_of(const struct client_node *node, enum field field,
		    bool otherwise)
{
	uint8_t space[CONF_EXPR_DATA_MAX];
	struct conf_data value;

	if (!value_of(node, field, space, &value))
		return otherwise;
	return value.len > 0 && value.data[0] == 1;
}

/* A name that ends with a dot is whole. */
static bool has_end(const struct conf_data *name)
{
	return name->len > 0 && name->data[name->len - 1] == '.';
}

static bool put_labels(struct wire_writer *w, const struct conf_data *name)
{
	size_t at = 0;

	while (at < name->len) {
		const uint8_t *label = name->data + at;
		const uint8_t *dot = memchr(label, '.', name->len - at);
		size_t len = dot ? (size_t)(dot - label) : name->len - at;

		if (len == 0 || len > LABEL_MAX)
			return false;
		wire_put_u8(w, (uint8_t)len);
		wire_put_mem(w, label, len);
		at += len + (dot != NULL);
	}
	if (has_end(name))
		wire_put_u8(w, 0);
	return !w->failed;
}

static int put_option(struct conf_parser *p, struct client_node *node,
		      struct conf_node_option *item,
		      const struct wire_writer *w, const uint8_t *octets)
{
	const struct conf_option *option = &item->option;

	if (client_find_value(node, CLIENT_CONF_SEND, option->universe,
			      option->code))
		return 0; /* the file has another one */
	item->option.len = (uint16_t)wire_len(w);
	item->option.data =
		(const uint8_t *)conf_arena_dup(p->model, octets, wire_len(w));
	if (!item->option.data)
		return -ENOMEM;
	return client_put_value(p, node, CLIENT_CONF_SEND, item);
}

/* S and N exclude each other; the last two octets of the head are not used. */
static int put_fqdn4(struct conf_parser *p, struct client_node *node,
		     const struct conf_data *name)
{
	struct conf_node_option item = {
		.option = { .universe = CONF_OPTIONS_DHCP4, .code = OPT_FQDN4 },
	};
	bool is_encoded = flag_of(node, ENCODED, true);
	bool is_none = flag_of(node, NO_CLIENT_UPDATE, false);
	bool is_server = !is_none && flag_of(node, SERVER_UPDATE, false);
	uint8_t octets[NAME_MAX_LEN + 5];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	wire_put_u8(&w, (uint8_t)((is_server ? FLAG_S : 0) |
				  (is_encoded ? FLAG_E : 0) |
				  (is_none ? FLAG_N4 : 0)));
	wire_put_u16(&w, 0);
	if (is_encoded)
		put_labels(&w, name);
	else
		wire_put_mem(&w, name->data, name->len);
	return put_option(p, node, &item, &w, octets);
}

static int put_fqdn6(struct conf_parser *p, struct client_node *node,
		     const struct conf_data *name)
{
	struct conf_node_option item = {
		.option = { .universe = CONF_OPTIONS_DHCP6, .code = OPT_FQDN6 },
	};
	bool is_none = flag_of(node, NO_CLIENT_UPDATE, false);
	bool is_server = !is_none && flag_of(node, SERVER_UPDATE, false);
	uint8_t octets[NAME_MAX_LEN + 5];
	struct wire_writer w = wire_writer(octets, sizeof(octets));

	wire_put_u8(&w, (uint8_t)((is_server ? FLAG_S : 0) |
				  (is_none ? FLAG_N6 : 0)));
	put_labels(&w, name);
	return put_option(p, node, &item, &w, octets);
}

static bool has_field(const struct client_node *node)
{
	const struct conf_node_option *item =
		node->options[CLIENT_CONF_SEND].options;

	while (item && item->option.universe != CONF_OPTIONS_FQDN)
		item = item->next;
	return item != NULL;
}

/* ISC's `fqdn.hostname' is a part of a name, as one without a dot is. */
int client_put_fqdn(struct conf_parser *p, struct client_node *node)
{
	const struct conf_node_option *item;
	uint8_t octets[NAME_MAX_LEN + 2], space[CONF_EXPR_DATA_MAX];
	struct wire_writer w = wire_writer(octets, sizeof(octets));
	struct conf_data name = { NULL, 0 };
	int err;

	if (!has_field(node))
		return 0;
	item = client_find_value(node, CLIENT_CONF_SEND, CONF_OPTIONS_FQDN,
				 FQDN);
	if (!value_of(node, FQDN, space, &name)) {
		item = client_find_value(node, CLIENT_CONF_SEND,
					 CONF_OPTIONS_FQDN, HOSTNAME);
		value_of(node, HOSTNAME, space, &name);
	}
	if (name.len > NAME_MAX_LEN + (has_end(&name) ? 1U : 0U) ||
	    !put_labels(&w, &name)) {
		conf_warn(p, &item->pos,
			  "the name in `fqdn' is no domain name: labels have 1 "
			  "to %d octets, the whole at most %d; it is not sent",
			  LABEL_MAX, NAME_MAX_LEN);
		name.len = 0;
	}
	err = put_fqdn4(p, node, &name);
	return err ? err : put_fqdn6(p, node, &name);
}
