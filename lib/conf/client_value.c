// SPDX-License-Identifier: BSD-2-Clause
/* Values of options: what is sent, and what is made of what comes. */
#include <errno.h>
#include <string.h>

#include "client.h"
#include "expr_node.h"

enum { OPT_MAX_MESSAGE_SIZE = 57, MESSAGE_SIZE_MIN = 576 };

const char *const client_how_names[CLIENT_CONF_HOW_COUNT] = {
	[CLIENT_CONF_SEND] = "send",
	[CLIENT_CONF_DEFAULT] = "default",
	[CLIENT_CONF_SUPERSEDE] = "supersede",
	[CLIENT_CONF_PREPEND] = "prepend",
	[CLIENT_CONF_APPEND] = "append",
};

#define BY_ITSELF "is for the client to set: this value is not sent"
#define OF_SERVER \
	"counts as the server has it: the script alone sees this value"

/* Options that are not, or not alone, for the configuration to say. */
static const struct {
	enum conf_universe universe;
	uint16_t code;
	bool is_sent; /* of `send', else of all others */
	const char *text;
} managed[] = {
	{ CONF_OPTIONS_DHCP4, 52, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 53, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 54, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 56, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 58, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 59, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 61, true,
	  "is made of DUID and IAID (RFC 7341 section 9): this value is not "
	  "sent" },
	{ CONF_OPTIONS_DHCP4, 80, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 82, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 108, true,
	  "is not to be sent by who needs IPv4 (RFC 8925): it is not sent" },
	{ CONF_OPTIONS_DHCP6, 1, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 2, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 3, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 4, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 5, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 6, true,
	  "is made of what `request' names: this value is not sent" },
	{ CONF_OPTIONS_DHCP6, 8, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 9, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 11, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 12, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 13, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 18, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 19, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 20, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 25, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 26, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP6, 87, true, BY_ITSELF },
	{ CONF_OPTIONS_DHCP4, 51, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP4, 53, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP4, 54, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP4, 58, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP4, 59, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP6, 1, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP6, 2, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP6, 3, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP6, 25, false, OF_SERVER },
	{ CONF_OPTIONS_DHCP6, 88, false, OF_SERVER },
};

static void warn_managed(struct conf_parser *p, const struct conf_pos *pos,
			 enum client_conf_how how,
			 const struct conf_option_def *def)
{
	bool is_sent = how == CLIENT_CONF_SEND;
	size_t i;

	if (!is_sent && def->universe > CONF_OPTIONS_DHCP6)
		conf_warn(p, pos,
			  "option `%s' stands inside of others only: what "
			  "servers send of it is not changed",
			  def->name);
	for (i = 0; i < sizeof(managed) / sizeof(managed[0]); i++) {
		if (managed[i].universe == def->universe &&
		    managed[i].code == def->code &&
		    managed[i].is_sent == is_sent)
			conf_warn(p, pos, "option `%s' %s", def->name,
				  managed[i].text);
	}
}

/* RFC 2132 section 9.10: every host takes as much. */
static void warn_size(struct conf_parser *p, const struct conf_pos *pos,
		      enum client_conf_how how, const struct conf_option *value)
{
	bool is_size = value->universe == CONF_OPTIONS_DHCP4 &&
		       value->code == OPT_MAX_MESSAGE_SIZE && value->len == 2;

	if (how == CLIENT_CONF_SEND && is_size && !value->expr &&
	    (value->data[0] << 8 | value->data[1]) < MESSAGE_SIZE_MIN)
		conf_warn(p, pos,
			  "the size of a message is %d or more: this value is "
			  "not sent",
			  MESSAGE_SIZE_MIN);
}

/* One value, which nothing can be put before or behind. */
static bool is_single(const struct conf_option_def *def)
{
	return !strpbrk(def->format, "Aa" CONF_FORMAT_LAST);
}

static void warn_single(struct conf_parser *p, const struct conf_pos *pos,
			enum client_conf_how how,
			const struct conf_option_def *def)
{
	if ((how == CLIENT_CONF_PREPEND || how == CLIENT_CONF_APPEND) &&
	    is_single(def))
		conf_warn(p, pos,
			  "option `%s' has one value: with another one beside "
			  "it there is no good one",
			  def->name);
}

static const struct {
	enum conf_expr_op op;
	bool is_always; /* else in `send' alone */
	const char *name;
} missing[] = {
	{ CONF_OP_KNOWN, true, "known" },
	{ CONF_OP_STATIC, true, "static" },
	{ CONF_OP_HOST_DECL_NAME, true, "host-decl-name" },
	{ CONF_OP_V6RELAY, true, "v6relay" },
	{ CONF_OP_OPTION, false, "option" },
	{ CONF_OP_EXISTS, false, "exists" },
	{ CONF_OP_PACKET, true, "packet" },
	{ CONF_OP_FILENAME, true, "filename" },
	{ CONF_OP_SERVER_NAME, true, "server-name" },
	{ CONF_OP_LEASED_ADDRESS, false, "leased-address" },
	{ CONF_OP_LEASE_TIME, false, "lease-time" },
};

/* Trees are at most CONF_EXPR_DEPTH_MAX deep. */
static const char *find_missing(const struct conf_expr *expr, bool is_sent)
{
	const struct conf_expr *operand;
	const char *found = NULL;
	size_t i;

	for (i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		if (missing[i].op == expr->op &&
		    (missing[i].is_always || is_sent))
			return missing[i].name;
	}
	for (operand = expr->first; operand && !found; operand = operand->next)
		found = find_missing(operand, is_sent);
	return found;
}

static void warn_missing(struct conf_parser *p, const struct conf_pos *pos,
			 enum client_conf_how how,
			 const struct conf_option *value)
{
	bool is_sent = how == CLIENT_CONF_SEND;
	const char *name = NULL;

	if (value->expr)
		name = find_missing(value->expr, is_sent);
	if (name)
		conf_warn(p, pos, "`%s' has never a value in %s", name,
			  is_sent ? "what a client sends" : "a client");
}

/*
 * What stands before or behind other octets has no pointers into itself:
 * they would point elsewhere then.
 */
static int parse_value(struct conf_parser *p, enum client_conf_how how,
		       const struct conf_option_def *def,
		       struct conf_option *value)
{
	struct conf_option_def plain = *def;

	if ((how == CLIENT_CONF_PREPEND || how == CLIENT_CONF_APPEND) &&
	    strcmp(def->format, "C") == 0) {
		plain.format = "D";
		return conf_option_parse_values(p, &plain, value);
	}
	return conf_option_parse_values(p, def, value);
}

struct conf_node_option *client_find_value(const struct client_node *node,
					   enum client_conf_how how,
					   enum conf_universe universe,
					   uint32_t code)
{
	struct conf_node_option *item = node->options[how].options;

	while (item &&
	       (item->option.universe != universe || item->option.code != code))
		item = item->next;
	return item;
}

/* A copy without operands behind it. */
static int make_operand(struct conf_expr_maker *m,
			const struct conf_option *value,
			struct conf_expr **expr)
{
	int err = conf_expr_new(m, CONF_OP_OCTETS, CONF_EXPR_DATA, expr);

	if (err)
		return err;
	(*expr)->u.data = (struct conf_data){ value->data, value->len };
	if (value->expr)
		**expr = *value->expr;
	(*expr)->next = NULL;
	return 0;
}

static int join_expressions(struct conf_parser *p,
			    const struct conf_option *first,
			    const struct conf_option *second,
			    struct conf_option *joined)
{
	struct conf_expr_maker m = { .p = p };
	struct conf_expr *call, *left, *right;
	int err;

	err = conf_expr_new(&m, CONF_OP_CONCAT, CONF_EXPR_DATA, &call);
	if (!err)
		err = make_operand(&m, first, &left);
	if (!err)
		err = make_operand(&m, second, &right);
	if (!err)
		err = conf_expr_append(&m, call, left);
	if (!err)
		err = conf_expr_append(&m, call, right);
	if (err)
		return err;
	*joined = *first;
	joined->expr = call;
	joined->len = 0;
	return 0;
}

/* *joined may be one of the two. */
static int join(struct conf_parser *p, const struct conf_option *first,
		const struct conf_option *second, struct conf_option *joined)
{
	size_t len = (size_t)first->len + second->len;
	uint8_t *data;

	if (first->expr || second->expr)
		return join_expressions(p, first, second, joined);
	if (len > CONF_OPTION_LEN_MAX)
		return conf_error(p, &p->keyword_pos,
				  "the values of this option have more than "
				  "%d octets together",
				  CONF_OPTION_LEN_MAX);
	data = conf_arena_alloc(p->model, len + 1);
	if (!data)
		return -ENOMEM;
	if (first->len)
		memcpy(data, first->data, first->len);
	if (second->len)
		memcpy(data + first->len, second->data, second->len);
	*joined = *first;
	joined->data = data;
	joined->len = (uint16_t)len;
	return 0;
}

static int add_item(struct conf_parser *p, struct client_node *node,
		    enum client_conf_how how,
		    const struct conf_node_option *value)
{
	struct conf_node *list = &node->options[how];
	struct conf_node_option *item;

	if (node->option_count[how] == CLIENT_OPTIONS_MAX)
		return conf_error(p, &value->pos,
				  "more than %d `%s' statements in one scope",
				  CLIENT_OPTIONS_MAX, client_how_names[how]);
	item = conf_arena_alloc(&p->scratch, sizeof(*item));
	if (!item)
		return -ENOMEM;
	*item = *value;
	item->next = NULL;
	if (list->last_option)
		list->last_option->next = item;
	else
		list->options = item;
	list->last_option = item;
	node->option_count[how]++;
	return 0;
}

int client_put_value(struct conf_parser *p, struct client_node *node,
		     enum client_conf_how how,
		     const struct conf_node_option *value)
{
	const struct conf_option *new = &value->option;
	struct conf_node_option *old =
		client_find_value(node, how, new->universe, new->code);
	int err = 0;

	if (old)
		old->pos = value->pos;
	if (!old)
		err = add_item(p, node, how, value);
	else if (how == CLIENT_CONF_PREPEND)
		err = join(p, new, &old->option, &old->option);
	else if (how == CLIENT_CONF_APPEND)
		err = join(p, &old->option, new, &old->option);
	else
		old->option = *new;
	return err == -EINVAL ? 0 : err;
}

/* False if the statement has no effect. */
static bool warn_twice(struct conf_parser *p, const struct client_node *node,
		       enum client_conf_how how,
		       const struct conf_option *value)
{
	const struct conf_node_option *old =
		client_find_value(node, how, value->universe, value->code);
	bool is_default = how == CLIENT_CONF_DEFAULT;

	if (!old || how == CLIENT_CONF_PREPEND || how == CLIENT_CONF_APPEND)
		return true;
	conf_warn(p, &p->keyword_pos,
		  "this option was set before in the same scope (line %u); the "
		  "%s one counts",
		  old->pos.line, is_default ? "first" : "last");
	return !is_default;
}

static enum client_conf_how how_of(const struct conf_parser *p)
{
	unsigned int how = 0;

	while (strcmp(client_how_names[how], p->row->name) != 0)
		how++;
	return (enum client_conf_how)how;
}

int client_handle_value(struct conf_parser *p)
{
	struct client_node *node = p->node->u.client;
	struct conf_node_option value = { .pos = p->keyword_pos };
	enum client_conf_how how = how_of(p);
	struct conf_pos pos = conf_peek(p)->pos;
	const struct conf_option_def *def;
	int err;

	err = conf_get_option_def(p, &def);
	if (err)
		return err;
	warn_managed(p, &pos, how, def);
	warn_single(p, &pos, how, def);
	err = parse_value(p, how, def, &value.option);
	if (err)
		return err;
	warn_missing(p, &pos, how, &value.option);
	warn_size(p, &pos, how, &value.option);
	conf_option_check(p, &value.option);
	if (how == CLIENT_CONF_SEND)
		conf_space_used(p, def->universe);
	if (!warn_twice(p, node, how, &value.option))
		return 0;
	return client_put_value(p, node, how, &value);
}
