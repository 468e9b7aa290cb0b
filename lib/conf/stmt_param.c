// SPDX-License-Identifier: BSD-2-Clause
/* Statements that set a parameter of the scope they stand in. */
#include <errno.h>
#include <string.h>

#include "expr_ast.h"
#include "param.h"
#include "stmt.h"

static unsigned int bit_number(enum conf_param param)
{
	return (unsigned int)__builtin_ctz((unsigned int)param);
}

/* What depends on no message: an `if' before it or behind it is nothing to it.
 */
struct conf_params *conf_set_param(struct conf_parser *p, enum conf_param param)
{
	const uint32_t fixed =
		CONF_PARAM_AUTHORITATIVE | CONF_PARAM_IGNORE_CLIENT_UIDS;
	struct conf_node *node =
		param & fixed ? p->node : conf_node_settings(p->node);

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

/* What a row may hold, as it is read: one of these, by its kind. */
union value {
	uint32_t number;
	uint8_t number8;
	bool flag;
	unsigned int choice;
};

static int get_choice(struct conf_parser *p, const struct conf_param_row *row,
		      unsigned int *choice)
{
	for (*choice = 0; *choice < CONF_PARAM_WORDS_MAX && row->words[*choice];
	     (*choice)++) {
		if (conf_accept_word(p, row->words[*choice]))
			return 0;
	}
	return conf_fail_form(p);
}

static int get_value(struct conf_parser *p, const struct conf_param_row *row,
		     union value *value, size_t *size)
{
	int64_t number;
	int err;

	switch (row->kind) {
	case CONF_PARAM_AS_SECONDS:
		*size = sizeof(value->number);
		return conf_get_seconds(p, &value->number);
	case CONF_PARAM_AS_FLAG:
		*size = sizeof(value->flag);
		return conf_get_flag(p, &value->flag);
	case CONF_PARAM_AS_CHOICE:
		*size = sizeof(value->choice);
		return get_choice(p, row, &value->choice);
	default:
		break;
	}
	err = conf_get_number(p, row->limits, &number);
	if (err)
		return err;
	if (row->kind == CONF_PARAM_AS_NUMBER8) {
		*size = sizeof(value->number8);
		value->number8 = (uint8_t)number;
	} else {
		*size = sizeof(value->number);
		value->number = (uint32_t)number;
	}
	return 0;
}

/* As in dhcpd -6, which accepts them and looks at none. */
static void note_if_dhcp4_only(struct conf_parser *p,
			       const struct conf_param_row *row)
{
	const uint32_t dhcp4_only =
		CONF_PARAM_MIN_SECS | CONF_PARAM_USE_HOST_DECL_NAMES |
		CONF_PARAM_ONE_LEASE_PER_CLIENT |
		CONF_PARAM_IGNORE_CLIENT_UIDS | CONF_PARAM_DECLINES;

	if (p->conf->family == CONF_DHCP6 && row->param & dhcp4_only)
		conf_note_once(p, CONF_NOTE, "`%s' has no effect on DHCPv6",
			       row->name);
}

int conf_handle_param(struct conf_parser *p)
{
	const struct conf_param_row *row = conf_param_rows;
	struct conf_params *params;
	union value value;
	size_t size;
	int err;

	while (strcmp(row->name, p->row->name) != 0)
		row++;
	note_if_dhcp4_only(p, row);
	err = get_value(p, row, &value, &size);
	if (err)
		return err;
	params = conf_set_param(p, row->param);
	if (!params)
		return -ENOMEM;
	memcpy((char *)params + row->offset, &value, size);
	return 0;
}

/* The server asks nobody for names while packets wait. */
int conf_handle_lease_hostnames(struct conf_parser *p)
{
	struct conf_params *params;
	bool flag;
	int err = conf_get_flag(p, &flag);

	if (err)
		return err;
	params = conf_set_param(p, CONF_PARAM_GET_LEASE_HOSTNAMES);
	if (!params)
		return -ENOMEM;
	params->get_lease_hostnames = flag;
	if (flag)
		conf_note_once(p, CONF_WARNING,
			       "names are not looked up in DNS: clients get "
			       "none by this; set `option host-name'");
	return 0;
}

int conf_set_permit(struct conf_parser *p, const struct conf_param_row *row,
		    bool allow)
{
	struct conf_params *params = conf_set_param(p, row->param);

	if (!params)
		return -ENOMEM;
	note_if_dhcp4_only(p, row);
	memcpy((char *)params + row->offset, &allow, sizeof(allow));
	return 0;
}

/* The older name of `allow' and `deny unknown-clients'. */
int conf_handle_boot_unknown(struct conf_parser *p)
{
	const char name[] = "unknown-clients";
	bool flag;
	int err = conf_get_flag(p, &flag);

	if (err)
		return err;
	return conf_set_permit(p, conf_param_find_permit(name, strlen(name)),
			       flag);
}

/* As in ISC, which takes it in these places too: networks alone have it. */
static bool has_no_authority(const struct conf_parser *p)
{
	const unsigned int places = CONF_IN_POOL | CONF_IN_POOL6 |
				    CONF_IN_HOST | CONF_IN_CLASS |
				    CONF_IN_SUBCLASS;

	return p->where & places || (p->node->kind == CONF_SCOPE_SUBNET &&
				     conf_node_network(p->node));
}

static int set_authoritative(struct conf_parser *p, bool value)
{
	struct conf_params *params;

	if (has_no_authority(p)) {
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

int conf_handle_server_identifier(struct conf_parser *p)
{
	return conf_set_server_identifier(p);
}

/* `=' is taken: the first four octets of what the expression gives. */
static int get_address_data(struct conf_parser *p,
			    const struct conf_expr **expr, struct in_addr *addr)
{
	struct conf_pos pos = conf_peek(p)->pos;
	uint8_t octets[CONF_EXPR_DATA_MAX];
	size_t len;
	int err;

	err = conf_expr_parse_data(p, expr, octets, &len);
	if (err || *expr)
		return err;
	if (len < sizeof(*addr))
		return conf_error(p, &pos, "an IPv4 address has four octets");
	memcpy(addr, octets, sizeof(*addr));
	return 0;
}

int conf_handle_next_server(struct conf_parser *p)
{
	const struct conf_expr *expr = NULL;
	struct in_addr addr = { 0 };
	struct conf_params *params;
	int err;

	if (conf_accept_punct(p, '='))
		err = get_address_data(p, &expr, &addr);
	else
		err = conf_get_ip4(p, &addr);
	if (err)
		return err;
	params = conf_set_param(p, CONF_PARAM_NEXT_SERVER);
	if (!params)
		return -ENOMEM;
	params->next_server = addr;
	params->next_server_expr = expr;
	return 0;
}

/* `=' is taken. *text is NULL if messages have a say in it. */
static int get_text_data(struct conf_parser *p, const struct conf_expr **expr,
			 const char **text)
{
	struct conf_pos pos = conf_peek(p)->pos;
	uint8_t octets[CONF_EXPR_DATA_MAX];
	size_t len;
	int err;

	*text = NULL;
	err = conf_expr_parse_data(p, expr, octets, &len);
	if (err || *expr)
		return err;
	if (memchr(octets, '\0', len))
		return conf_error(p, &pos, "a NUL octet would end it");
	*text = conf_arena_dup(p->model, octets, len);
	return *text ? 0 : -ENOMEM;
}

int conf_handle_text_param(struct conf_parser *p)
{
	bool is_filename = p->row->name[0] == 'f';
	size_t max = is_filename ? CONF_FILENAME_MAX : CONF_SERVER_NAME_MAX;
	const struct conf_expr *expr = NULL;
	struct conf_params *params;
	struct conf_pos pos = conf_peek(p)->pos;
	const char *text;
	int err;

	if (conf_accept_punct(p, '='))
		err = get_text_data(p, &expr, &text);
	else
		err = conf_get_text(p, &text,
				    is_filename ? "a file name" : "a name");
	if (err)
		return err;
	if (text && strlen(text) > max)
		conf_error(p, &pos, "longer than the %zu octets of its field",
			   max);
	params = conf_set_param(p, is_filename ? CONF_PARAM_FILENAME
					       : CONF_PARAM_SERVER_NAME);
	if (!params)
		return -ENOMEM;
	if (is_filename) {
		params->filename = text;
		params->filename_expr = expr;
	} else {
		params->server_name = text;
		params->server_name_expr = expr;
	}
	return 0;
}
