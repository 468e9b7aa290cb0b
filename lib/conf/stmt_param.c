// SPDX-License-Identifier: BSD-2-Clause
/* Statements that set a parameter of the scope they stand in. */
#include <errno.h>
#include <string.h>

#include "stmt.h"

enum {
	FILENAME_LEN_MAX = 127, /* a NUL must fit too: RFC 2131 section 2 */
	SERVER_NAME_LEN_MAX = 63,
};

static unsigned int bit_number(enum conf_param param)
{
	return (unsigned int)__builtin_ctz((unsigned int)param);
}

struct conf_params *conf_set_param(struct conf_parser *p, enum conf_param param)
{
	struct conf_node *node = p->node;

	if (!node->params) {
		node->params =
			conf_arena_alloc(&p->scratch, sizeof(*node->params));
		if (!node->params)
			return NULL;
		if (conf_vec_add(&p->scratch, &p->census.with_params, node))
			return NULL;
	}
	if (node->params->values.set & param)
		conf_warn(p, &p->keyword_pos,
			  "set before in the same scope (line %u); "
			  "the last one counts",
			  node->params->pos[bit_number(param)].line);
	node->params->values.set |= param;
	node->params->pos[bit_number(param)] = p->keyword_pos;
	return &node->params->values;
}

int conf_handle_lease_time(struct conf_parser *p)
{
	struct conf_params *params;
	uint32_t seconds;
	int err;

	err = conf_get_seconds(p, &seconds);
	if (err)
		return err;
	if (p->row->name[0] == 'd') {
		params = conf_set_param(p, CONF_PARAM_DEFAULT_LEASE_TIME);
		if (params)
			params->default_lease_time_s = seconds;
	} else if (strcmp(p->row->name, "min-lease-time") == 0) {
		params = conf_set_param(p, CONF_PARAM_MIN_LEASE_TIME);
		if (params)
			params->min_lease_time_s = seconds;
	} else {
		params = conf_set_param(p, CONF_PARAM_MAX_LEASE_TIME);
		if (params)
			params->max_lease_time_s = seconds;
	}
	return params ? 0 : -ENOMEM;
}

static int set_authoritative(struct conf_parser *p, bool value)
{
	struct conf_params *params;

	if (p->node->kind == CONF_SCOPE_SUBNET && conf_node_network(p->node)) {
		conf_warn(p, &p->keyword_pos,
			  "no effect here: a shared network is authoritative "
			  "as a whole");
		return 0;
	}
	params = conf_set_param(p, CONF_PARAM_AUTHORITATIVE);
	if (!params)
		return -ENOMEM;
	params->authoritative = value;
	return 0;
}

int conf_handle_authoritative(struct conf_parser *p)
{
	return set_authoritative(p, true);
}

int conf_handle_not(struct conf_parser *p)
{
	if (!conf_accept_word(p, "authoritative"))
		return conf_fail_expected(p, "`authoritative' after `not'");
	return set_authoritative(p, false);
}

/* No client could name it: its REQUEST would be for another server. */
static bool is_of_a_host(struct in_addr addr)
{
	return addr.s_addr && !IN_MULTICAST(ntohl(addr.s_addr)) &&
	       !IN_BADCLASS(ntohl(addr.s_addr));
}

int conf_set_server_identifier(struct conf_parser *p)
{
	struct conf_pos pos = conf_peek(p)->pos;
	struct conf_params *params;
	struct in_addr addr;
	int err;

	err = conf_get_ip4(p, &addr);
	if (err)
		return err;
	if (!is_of_a_host(addr))
		return conf_error(p, &pos,
				  "a server is not identified by this address");
	params = conf_set_param(p, CONF_PARAM_SERVER_IDENTIFIER);
	if (!params)
		return -ENOMEM;
	params->server_identifier = addr;
	return 0;
}

int conf_handle_address_param(struct conf_parser *p)
{
	struct conf_params *params;
	struct in_addr addr;
	int err;

	if (p->row->name[0] == 's')
		return conf_set_server_identifier(p);
	err = conf_get_ip4(p, &addr);
	if (err)
		return err;
	params = conf_set_param(p, CONF_PARAM_NEXT_SERVER);
	if (!params)
		return -ENOMEM;
	params->next_server = addr;
	return 0;
}

int conf_handle_text_param(struct conf_parser *p)
{
	bool is_filename = p->row->name[0] == 'f';
	size_t max = is_filename ? FILENAME_LEN_MAX : SERVER_NAME_LEN_MAX;
	struct conf_params *params;
	struct conf_pos pos = conf_peek(p)->pos;
	const char *text;
	int err;

	err = conf_get_text(p, &text, is_filename ? "a file name" : "a name");
	if (err)
		return err;
	if (strlen(text) > max)
		conf_error(p, &pos, "longer than the %zu octets of its field",
			   max);
	params = conf_set_param(p, is_filename ? CONF_PARAM_FILENAME
					       : CONF_PARAM_SERVER_NAME);
	if (!params)
		return -ENOMEM;
	if (is_filename)
		params->filename = text;
	else
		params->server_name = text;
	return 0;
}
